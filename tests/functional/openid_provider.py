"""An OpenID provider as a process of its own, by Authlib: the code flow with PKCE and signed tokens, over HTTPS.

It prints its port. Whoever comes to /authorize posts what the provider shall say of them, as JSON in `claims`, or `denied`.
When a line comes on standard input it signs with a new key from then on; the end of that input is the end of the provider.
"""
import argparse
import json
import sys
import threading

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.jose import JsonWebKey
from authlib.oauth2.rfc6749 import ClientMixin, errors, grants
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import UserInfo
from authlib.oidc.core.grants import OpenIDCode
from flask import Flask, request
from werkzeug.serving import WSGIRequestHandler, make_server

app = Flask(__name__)
codes, keys = {}, []


class Client(ClientMixin):
    """The one that it knows."""

    def __init__(self, given):
        self.given, self.client_id = given, given.client

    def get_client_id(self):
        return self.client_id

    def get_default_redirect_uri(self):
        return self.given.returns_to

    def get_allowed_scope(self, scope):
        return scope

    def check_redirect_uri(self, redirect_uri):
        return redirect_uri == self.given.returns_to

    def check_client_secret(self, client_secret):
        return client_secret == self.given.secret

    def check_endpoint_auth_method(self, method, endpoint):
        return method == "client_secret_basic"

    def check_response_type(self, response_type):
        return response_type == "code"

    def check_grant_type(self, grant_type):
        return grant_type == "authorization_code"


class Code:
    def __init__(self, code, asked, claims):
        self.code, self.claims, self.client_id = code, claims, asked.client.client_id
        self.redirect_uri, self.scope, self.nonce = asked.redirect_uri, asked.scope, asked.data["nonce"]
        self.code_challenge, self.code_challenge_method = asked.data["code_challenge"], asked.data["code_challenge_method"]

    def get_redirect_uri(self):
        return self.redirect_uri

    def get_scope(self):
        return self.scope

    def get_nonce(self):
        return self.nonce

    def get_auth_time(self):
        return None


class CodeGrant(grants.AuthorizationCodeGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic"]

    def save_authorization_code(self, code, request):
        codes[code] = Code(code, request, request.user)
        return codes[code]

    def query_authorization_code(self, code, client):
        return codes.get(code)

    def delete_authorization_code(self, authorization_code):
        del codes[authorization_code.code]

    def authenticate_user(self, authorization_code):
        return authorization_code.claims


class Tokens(OpenIDCode):
    def exists_nonce(self, nonce, request):
        return any(code.nonce == nonce for code in codes.values())

    def get_jwt_config(self, grant):
        return {"key": JsonWebKey.import_key_set({"keys": [keys[-1].as_dict(is_private=True)]}), "alg": "RS256",
                "iss": app.config["issuer"], "exp": 600}

    def generate_user_info(self, user, scope):
        return UserInfo(**user)


def make_key():
    number = f"key-{len(keys) + 1}"
    keys.append(JsonWebKey.generate_key("RSA", 2048, options={"kid": number}, is_private=True))


@app.get("/.well-known/openid-configuration")
def description():
    issuer = app.config["issuer"]
    return {"issuer": issuer, "authorization_endpoint": issuer + "/authorize", "token_endpoint": issuer + "/token",
            "jwks_uri": issuer + "/keys", "response_types_supported": ["code"], "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"]}


@app.get("/keys")
def published_keys():
    return {"keys": [{**key.as_dict(), "use": "sig"} for key in keys]}


@app.route("/authorize", methods=["GET", "POST"])
def authorize():
    server = app.config["server"]
    if request.method == "GET":
        try:
            server.get_consent_grant()
        except errors.OAuth2Error as error:
            return dict(error.get_body()), 400
        return "Who are you?"
    claims = None if "denied" in request.form else json.loads(request.form["claims"])
    return server.create_authorization_response(grant_user=claims)


@app.post("/token")
def token():
    return app.config["server"].create_token_response()


class Quiet(WSGIRequestHandler):
    def log_request(self, *_):
        pass


def main(given):
    client = Client(given)
    server = AuthorizationServer(app, query_client=lambda name: client if name == given.client else None,
                                 save_token=lambda *_: None)
    server.register_grant(CodeGrant, [Tokens(require_nonce=True), CodeChallenge(required=True)])
    make_key()
    listener = make_server("127.0.0.1", given.port, app, threaded=True, request_handler=Quiet,
                           ssl_context=(given.certificate, given.key))
    app.config.update(server=server, issuer=f"https://localhost:{listener.port}")
    threading.Thread(target=listener.serve_forever, daemon=True).start()
    print(listener.port, flush=True)
    while sys.stdin.readline():
        make_key()
        print(len(keys), flush=True)
    listener.shutdown()


if __name__ == "__main__":
    arguments = argparse.ArgumentParser()
    for name in ("certificate", "key", "client", "secret", "returns_to"):
        arguments.add_argument(name)
    arguments.add_argument("--port", type=int, default=0)
    main(arguments.parse_args())
