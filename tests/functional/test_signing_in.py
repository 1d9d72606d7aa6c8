"""Signing in over real HTTPS: invitations in two halves, two factors that count once, sessions, and who must wait."""
import base64

import pytest

from conftest import Server, fresh_names
from people import PASSWORD, Member, Staff, addresses, code_of


@pytest.fixture(scope="module")
def staff(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("staff"), MOHUR_PROXIES_TRUSTED="127.0.0.0/8")
    yield Staff(server)
    server.stop()


@pytest.fixture
def member(staff):
    return Member(staff, "operations")


def test_an_invitation_needs_both_halves_and_counts_once(staff):
    person = Member.not_yet(staff, "support")
    first, second = staff.invite(person.id)
    for halves in ((first, first), (second, second), (second, first), (first, "A" * 26)):
        assert person.accept(*halves).token == "invitation_invalid", halves
    assert person.accept(first, second, email="else@mohur.example").token == "invitation_invalid"
    accepted = person.accept(first, second)
    assert accepted.status == 201 and len(accepted["recovery_codes"]) == 10
    assert accepted["code_link"].startswith(f"otpauth://totp/Mohur:{person.email}?secret={accepted['code_secret']}&")
    assert person.accept(first, second).token == "invitation_invalid"
    shown = staff.server.get(f"/v1/admin/people/{person.id}/sign_in", staff.asha)
    assert shown["enrolled_at"] and shown["invitation"] is None and "code_secret" not in shown.json


def test_a_person_without_an_address_is_not_invited(staff):
    bina = staff.server.get("/v1/staff/me", staff.bina)["person"]
    assert staff.change(bina, "invite").token == "state_conflict"


def test_a_new_invitation_replaces_password_and_second_factor_and_ends_sessions(staff, member):
    session = member.sign_in()["secret"]
    renewed = member.accept(*staff.invite(member.id), password="nine kites over the river")
    assert renewed.status == 201
    assert staff.server.get("/v1/staff/me", session).token == "session_ended"
    assert member.sign_in(code_of(member.secret)).token == "sign_in_failed"
    assert member.sign_in(code_of(renewed["code_secret"]), password="nine kites over the river").status == 201


@pytest.mark.parametrize("password, words", [
    ("elevenchars", "12 characters"), ("Password1234", "tried first"), ("aaaaaaaaaaaaaa", "tried first"),
    ("my name is {name} indeed", "your address"), ("seven lanterns", None), ("लंबा गुप्त वाक्य", None)])
def test_a_password_that_would_be_guessed_is_refused(staff, password, words):
    person = Member.not_yet(staff, "support")
    answer = person.accept(*staff.invite(person.id), password=password.format(name=person.email[:6]))
    assert answer.token == ("password_unsuitable" if words else "ok")
    if words:
        assert words in answer["detail"] and answer["field"] == "password"


def test_whoever_has_a_key_sets_up_a_sign_in_with_it_once(staff):
    server, email = staff.server, next(fresh_names) + "@mohur.example"
    body = {"email": email, "password": PASSWORD}
    assert server.post("/v1/staff/enrolment", server.client().key, body).token == "scope_missing"
    enrolled = server.post("/v1/staff/enrolment", staff.asha, body)
    assert enrolled.status == 201
    assert server.post("/v1/staff/enrolment", staff.asha, body).token == "state_conflict"
    signed_in = server.post("/v1/staff/sessions", None, {**body, "code": code_of(enrolled["code_secret"]), "kind": "bearer"})
    assert server.get("/v1/staff/me", signed_in["secret"])["roles"] == ["owner"]
    person = server.get("/v1/admin/people/" + enrolled["person"], staff.asha)
    assert person["email"].endswith(".example") and email not in person.body.decode()


def test_which_part_was_wrong_is_not_told(staff, member):
    refused = [member.sign_in(code_of(member.secret), password="eight lanterns on the lake"), member.sign_in("000000"),
               member.sign_in("AAAA-AAAA-AAAA-AAAA"), member.sign_in(email="nobody@mohur.example")]
    told = [{name: value for name, value in answer.json.items() if name != "request_id"} for answer in refused]
    assert refused[0].status == 401 and refused[0].token == "sign_in_failed"
    assert all(each == told[0] for each in told)


def test_a_code_counts_once_also_after_a_kill(staff, member):
    code = code_of(member.secret)
    assert member.sign_in(code).status == 201
    assert member.sign_in(code).token == "sign_in_failed"
    recovery = member.recovery[0]
    assert member.sign_in(recovery.lower().replace("-", "")).status == 201, "however it is typed"
    staff.server.kill()
    staff.server.start()
    assert member.sign_in(code).token == "sign_in_failed"
    assert member.sign_in(recovery).token == "sign_in_failed"
    assert member.sign_in(code_of(member.secret, 1)).status == 201, "the next one is another one"


def test_a_session_by_cookie_is_a_browsers_and_needs_its_token_to_change_anything(staff, member):
    server = staff.server
    signed_in = member.sign_in(kind="cookie")
    cookie, *marks = [part.strip() for part in signed_in.headers["Set-Cookie"].split(";")]
    assert cookie.startswith("__Host-mohur_session=mohur_live_st_") and "secret" not in signed_in.json
    assert {"Path=/", "Secure", "HttpOnly", "SameSite=Strict", "Max-Age=43200"} == set(marks)
    assert signed_in.headers["Cache-Control"] == "no-store"
    csrf = signed_in["csrf_token"]
    assert server.get("/v1/staff/me", Cookie="theme=dark; " + cookie)["csrf_token"] == csrf
    ladders = {"X_Forwarded_For": member.address, "Cookie": cookie}
    end = f"/v1/staff/sessions/{signed_in['id']}/end"
    assert server.post(end, **ladders).token == "csrf_token_missing"
    assert server.post(end, Mohur_Csrf_Token=csrf[::-1], **ladders).token == "csrf_token_missing"
    other = server.post(end, Mohur_Csrf_Token=csrf, Origin="https://evil.example", **ladders)
    assert (other.token, other["field"]) == ("csrf_token_missing", "Origin")
    token = cookie.split("=", 1)[1]
    assert server.get("/v1/staff/me", token).token == "session_ended", "what is a cookie is no bearer token"
    ended = server.post(end, Mohur_Csrf_Token=csrf, Origin=server.url, **ladders)
    assert ended["status"] == "ended" and "Max-Age=0" in ended.headers["Set-Cookie"]
    assert server.get("/v1/staff/me", Cookie=cookie).token == "session_ended"
    assert server.get("/v1/staff/me").token == "credential_missing"


def test_a_cookie_does_nothing_for_a_clients_calls(staff, member):
    cookie, _ = member.by_cookie()
    assert staff.server.post("/v1/payins", Cookie=cookie).token == "credential_missing"
    client = staff.server.client()
    assert client.get("/v1/payins", Cookie=cookie).token == "ok", "and nothing against them"


def test_a_session_does_what_the_roles_permit(staff, member):
    server, session = staff.server, member.sign_in()["secret"]
    me = server.get("/v1/staff/me", session)
    assert me["person"] == member.id and me["roles"] == ["operations"] and "issue_keys" in me["permissions"]
    assert server.get("/v1/admin/clients", session).token == "ok"
    assert server.post("/v1/admin/people", session, {}).token == "role_missing"
    logged = server.logged(server.get("/v1/admin/clients", session))
    assert logged["caller"] == {"kind": "person", "person": member.id, "credential": None}


def test_sessions_are_listed_and_ended_by_their_person_and_by_owners(staff, member):
    server = staff.server
    first, second, third = (member.sign_in() for _ in range(3))
    own = server.get("/v1/staff/sessions", first["secret"])["data"]
    assert [each["id"] for each in own] == [third["id"], second["id"], first["id"]]
    other = Member(staff, "support").sign_in()["secret"]
    assert server.post(f"/v1/staff/sessions/{first['id']}/end", other).token == "not_found"
    assert server.post(f"/v1/admin/sessions/{first['id']}/end", other).token == "role_missing"
    assert server.post(f"/v1/staff/sessions/{second['id']}/end", first["secret"])["ended_by"] == member.id
    assert server.get("/v1/staff/me", second["secret"]).token == "session_ended"
    assert server.post(f"/v1/admin/sessions/{third['id']}/end", staff.asha)["status"] == "ended"
    assert server.get("/v1/staff/me", third["secret"]).token == "session_ended"
    assert server.get("/v1/staff/me", first["secret"]).token == "ok"


def test_sessions_outlive_a_restart_and_end_with_their_person(staff, member):
    server, session = staff.server, member.sign_in()["secret"]
    server.kill()
    server.start()
    assert server.get("/v1/staff/me", session).token == "ok"
    staff.decide(staff.change(member.id, "disable"))
    assert server.get("/v1/staff/me", session).token == "session_ended"
    assert member.sign_in().token == "sign_in_failed"
    staff.decide(staff.change(member.id, "enable"))
    assert server.get("/v1/staff/me", session).token == "session_ended", "what ended does not come back"
    assert member.sign_in().status == 201


def test_a_password_is_changed_by_who_knows_it_and_ends_all_sessions(staff, member):
    server, (one, other) = staff.server, (member.sign_in()["secret"] for _ in range(2))
    body = {"current_password": PASSWORD, "password": "nine kites over the river"}
    wrong = server.post("/v1/staff/password", one, {**body, "current_password": "eight"}, X_Forwarded_For=member.address)
    assert (wrong.token, wrong["field"]) == ("sign_in_failed", "current_password")
    assert server.post("/v1/staff/password", one, {**body, "password": "short"}).token == "password_unsuitable"
    assert server.post("/v1/staff/password", one, body, X_Forwarded_For=member.address).token == "ok"
    for session in (one, other):
        assert server.get("/v1/staff/me", session).token == "session_ended"
    assert member.sign_in(code_of(member.secret)).token == "sign_in_failed", "the old one"
    new = member.sign_in(code_of(member.secret), password=body["password"])
    assert new.status == 201
    shown = server.get("/v1/staff/sessions", new["secret"])["data"]
    assert [each["status"] for each in shown] == ["active", "over", "over"]
    assert [each["id"] for each in server.get("/v1/staff/sessions?status=active", new["secret"])["data"]] == [new["id"]]
    over = server.get("/v1/admin/sessions?status=over&person=" + member.id, staff.asha)["data"]
    assert [each["id"] for each in over] == [each["id"] for each in shown[1:]]


def test_who_guesses_waits_longer_each_time_and_locks_nobody_out(staff, member):
    server, strange = staff.server, "198.51.100.9"
    assert member.sign_in().status == 201, "from where the person usually is"
    answers = [member.sign_in("000000", address=strange, password="wrong") for _ in range(7)]
    assert [each.token for each in answers] == ["sign_in_failed"] * 5 + ["sign_in_blocked"] * 2
    assert answers[5].status == 429 and 0 < int(answers[5].headers["Retry-After"]) <= 30
    assert answers[5]["clause"] == "P3.1"
    right = member.sign_in(address="203.0.113.77")
    assert right.token == "sign_in_blocked", "from wherever nobody knows the person, right or wrong"
    blocked = server.get(f"/v1/admin/people/{member.id}/sign_in", staff.asha)
    assert blocked["blocked_until"], "the journal has it"
    assert member.sign_in().status == 201, "and the person comes in as ever"
    assert server.get(f"/v1/admin/people/{member.id}/sign_in", staff.asha)["blocked_until"] is None


def test_an_account_that_does_not_exist_waits_like_one_that_does(staff):
    body = {"password": "wrong", "code": "000000", "email": "nobody-" + next(fresh_names) + "@mohur.example"}
    tokens = [staff.server.post("/v1/staff/sessions", None, body, X_Forwarded_For=next(addresses)).token for _ in range(6)]
    assert tokens == ["sign_in_failed"] * 5 + ["sign_in_blocked"]


def test_a_network_that_guesses_at_many_accounts_waits_too(staff, member):
    strange = "198.51.100.200"
    tokens = []
    for number in range(22):
        body = {"password": "wrong", "code": "000000", "email": f"{number}-{next(fresh_names)}@mohur.example"}
        tokens.append(staff.server.post("/v1/staff/sessions", None, body, X_Forwarded_For=strange).token)
    assert tokens == ["sign_in_failed"] * 20 + ["sign_in_blocked"] * 2
    assert member.sign_in().status == 201, "others do not"


def test_nothing_of_it_lies_open_on_the_disk(staff, member):
    session = member.sign_in()["secret"]
    staff.server.kill()
    stored = b"".join(path.read_bytes() for path in staff.server.folder.rglob("*") if path.is_file())
    staff.server.start()
    raw_secret = base64.b32decode(member.secret + "=" * (-len(member.secret) % 8))
    for open_text in (PASSWORD.encode(), member.secret.encode(), raw_secret, member.recovery[0].encode(), session.encode(),
                      session[27:59].encode(), b"argon2id", member.email.encode()):
        assert open_text not in stored, open_text
    assert staff.server.get("/v1/staff/me", session).token == "ok"


def test_more_people_than_can_be_looked_at_are_told_so_and_other_calls_go_on(staff):
    """Each password takes a while on purpose; whoever floods the door waits there, and nobody else."""
    connections = [staff.server.connect() for _ in range(64)]
    for number, connection in enumerate(connections):
        body = f'{{"email":"{number}@flood.example","password":"wrong","code":"000000"}}'
        connection.request("POST", "/v1/staff/sessions", body, {"Content-Type": "application/json",
                                                                "X-Forwarded-For": f"203.0.113.{number}"})
    assert staff.server.get("/v1/admin/people", staff.asha).token == "ok"
    answers = [connection.getresponse() for connection in connections]
    tokens = {answer.status for answer in answers}
    assert tokens <= {401, 503} and 401 in tokens
    for connection in connections:
        connection.close()
