"""The operator's people over real HTTPS: two owners decide who they are, and the one table what they may do."""
import pytest

from conftest import OPENAPI, Server
from people import Member, Staff

ROLES = OPENAPI["components"]["schemas"]["Role"]["enum"]
PERMITTED = [(method.upper(), path, operation) for path, operations in OPENAPI["paths"].items()
             for method, operation in operations.items() if "x-permission" in operation]


@pytest.fixture(scope="module")
def staff(server):
    return Staff(server)


@pytest.fixture(scope="module")
def of_each_role(staff):
    return {role: staff.appoint(role)[1] for role in ROLES}


def test_the_first_two_people_are_owners(server, staff):
    people = server.get("/v1/admin/people?limit=100", staff.asha)["data"]
    assert [person["roles"] for person in people[-2:]] == [["owner"], ["owner"]]


@pytest.mark.parametrize("method, path, operation", PERMITTED, ids=lambda part: part if isinstance(part, str) else "")
def test_a_route_lets_in_whom_the_table_permits_it(server, staff, of_each_role, method, path, operation):
    table = {row["permission"]: row["roles"] for row in server.get("/v1/admin/roles", staff.asha)["permissions"]}
    there = path.replace("{id}", "nothing").replace("{document}", "nothing")
    for role, key in of_each_role.items():
        answer = server.call(method, there, key, {} if method == "POST" else None, checked=False)
        permitted = role in table[operation["x-permission"]]
        assert (answer.token == "role_missing") == (not permitted), (role, method, path, answer.body)


def test_what_is_refused_for_want_of_a_role_names_those_that_have_it(server, of_each_role):
    refused = server.post("/v1/admin/people", of_each_role["auditor"],
                          {"name": "Dev", "email": "dev@mohur.example", "roles": ["owner"], "reason": "Why not"})
    assert (refused.status, refused.token, refused["clause"]) == (403, "role_missing", "P4.2")
    assert refused["detail"] == "This needs the permission appoint_people, which these roles have: owner."
    assert server.get("/v1/payins", of_each_role["auditor"]).token == "ok", "an auditor reads"


def test_keys_of_people_are_ended_by_owners_though_operations_issues_those_of_clients(server, staff, client, of_each_role):
    key = of_each_role["operations"]
    mine = server.get("/v1/admin/credentials?limit=1", staff.asha)["data"][0]["id"]
    assert server.post(f"/v1/admin/credentials/{mine}/revoke", key).token == "role_missing"
    path = f"/v1/admin/clients/{client.id}/credentials"
    issued = server.post(path, key, {"mode": "test", "label": "by operations"})
    assert issued.status == 201
    assert server.post(f"/v1/admin/credentials/{issued['id']}/revoke", key).token == "ok"


def test_people_make_and_end_their_own_keys_signed_in(server, staff):
    member = Member(staff, "risk")
    session, path = member.sign_in()["secret"], "/v1/staff/credentials"
    phone = server.post(path, session, {"label": "phone"}, Idempotency_Key="phone")
    assert (phone.status, phone["person"], phone["issued_by"], phone["client"]) == (201, member.id, member.id, None)
    assert phone["secret"].startswith("mohur_live_op_" + phone["kid"])
    again = server.post(path, session, {"label": "phone"}, Idempotency_Key="phone")
    assert again["id"] == phone["id"] and "secret" not in again.json
    assert server.get("/v1/admin/clients", phone["secret"]).token == "ok", "it does what the person may"
    found = server.post(path, phone["secret"], {"label": "more"})
    assert (found.status, found.token, found["clause"]) == (403, "session_required", "P1.2"), "who found a key makes no other"
    other = server.post(path, session, {"label": "tablet"})
    end = f"{path}/{other['id']}/revoke"
    assert server.post(end, phone["secret"]).token == "session_required"
    assert server.post(end, staff.asha).token == "not_found", "an owner ends others' keys under /v1/admin"
    assert server.post(end, session)["status"] == "revoked"
    laptop = server.post(path, session, {"label": "laptop", "revoke_others": True})
    assert server.get("/v1/admin/clients", phone["secret"]).token == "credential_revoked"
    listed = {row["label"]: row["status"] for row in server.get(path, laptop["secret"])["data"]}
    assert listed == {"phone": "revoked", "tablet": "revoked", "laptop": "active"}
    assert server.post(f"/v1/admin/credentials/{laptop['id']}/revoke", staff.asha)["status"] == "revoked"


def test_many_keys_end_at_once_also_after_a_restart(tmp_path):
    server = Server(tmp_path)
    staff = Staff(server)
    member = Member(staff, "auditor")
    session, path = member.sign_in()["secret"], "/v1/staff/credentials"
    keys = [server.post(path, session, {"label": f"key {n}"})["secret"] for n in range(40)]
    server.kill()
    server.start()
    assert server.post(path, session, {"label": "the one", "revoke_others": True}).status == 201
    assert {server.get("/v1/staff/me", key).token for key in keys} == {"credential_revoked"}
    server.stop()


def test_nobody_is_shown_what_another_one_signs_or_calls_with(server, staff):
    asha = server.get("/v1/staff/credentials", staff.asha)["data"][0]["id"]
    assert server.post(f"/v1/admin/credentials/{asha}/rotate", staff.bina).token == "state_conflict"
    signing = server.post(f"/v1/admin/credentials/{asha}/signing_key", staff.bina, {"algorithm": "hmac_sha256"})
    assert (signing.token, signing["field"]) == ("state_conflict", "algorithm")


def test_a_person_is_appointed_by_two_owners(server, staff):
    proposed = staff.propose("support", "finance", "support")
    assert (proposed["status"], proposed["kind"], proposed["roles"]) == ("proposed", "appoint", ["finance", "support"])
    path = "/v1/admin/people/" + proposed["person"]
    assert server.get(path, staff.asha).token == "not_found", "nobody yet"
    assert staff.decide(proposed, key=staff.asha).token == "four_eyes_required"
    assert staff.decide(proposed)["status"] == "approved"
    person = server.get(path, staff.asha)
    assert (person["status"], person["roles"]) == ("active", ["finance", "support"])
    assert "Chitra" not in person.body.decode() and person["email"] == "0•••@mohur.example", "masked"
    assert staff.decide(proposed).token == "state_conflict"
    assert staff.decide(staff.propose("risk"), "reject")["status"] == "rejected"


def test_an_address_is_one_persons_for_ever_however_it_is_written(staff):
    staff.decide(staff.propose("risk", email="Once@Mohur.example"))
    again = staff.propose("risk", email="once@mohur.EXAMPLE")
    assert (again.token, again["field"]) == ("state_conflict", "email")
    assert staff.propose().token == "field_missing"


def test_nobody_changes_their_own_roles(server, staff):
    person, key = staff.appoint("owner")
    assert staff.change(person, "roles", key, roles=["owner", "risk"]).token == "four_eyes_required"
    proposed = staff.change(person, "roles", roles=["risk"])
    for verb in ("approve", "reject"):
        assert staff.decide(proposed, verb, key).token == "four_eyes_required"
    assert staff.decide(proposed).token == "ok"
    assert server.post("/v1/admin/people", key, {}).token == "role_missing", "at once"
    assert server.get("/v1/admin/people/" + person, staff.asha)["roles"] == ["risk"]


def test_two_owners_stay(tmp_path):
    server = Server(tmp_path)
    staff = Staff(server)
    first, second = (row["id"] for row in reversed(server.get("/v1/admin/people", staff.asha)["data"]))
    third, key = staff.appoint("owner")
    one = staff.change(second, "disable")
    other = staff.change(first, "roles", staff.bina, roles=["operations"])
    assert staff.decide(one, key=key).token == "ok"
    assert server.get("/v1/admin/people", staff.bina).token == "credential_revoked"
    refused = staff.decide(other, key=key)
    assert refused.token == "state_conflict" and "no owner any more" in refused["detail"]
    server.kill()
    server.start()
    refused = staff.change(third, "disable")
    assert refused.token == "state_conflict" and "Two owners must stay" in refused["detail"], "counted again after a restart"
    assert server.get("/v1/admin/people", staff.bina).token == "credential_revoked"
    assert server.get("/v1/admin/people/" + third, key)["roles"] == ["owner"]
    server.stop()


def test_whoever_is_disabled_is_refused_at_once_and_comes_back_when_enabled(server, staff):
    person, session = staff.appoint("operations")
    key = server.post("/v1/staff/credentials", session, {"label": "laptop"})["secret"]
    assert staff.change(person, "enable").token == "state_conflict"
    staff.decide(staff.change(person, "disable"))
    refused = server.get("/v1/admin/clients", key)
    assert (refused.status, refused.token) == (401, "credential_revoked")
    assert server.get("/v1/admin/clients", session).token == "session_ended"
    staff.decide(staff.change(person, "enable"))
    assert server.get("/v1/admin/clients", key).token == "ok"
    assert server.get("/v1/admin/clients", session).token == "session_ended"
