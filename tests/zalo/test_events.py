"""Reading bodies of Zalo: every name and alias, both forms of everything, nothing that breaks."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.zalo.webhooks import body, message
from zalo.inbox import events
from zalo.inbox.events import MEANINGS

CAME = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
AT = datetime(2026, 9, 21, 14, 13, 20, 123000, tzinfo=UTC)
STAMP = "1790000000123"


def parse(content, **options):
    return events.parse(content, received_at=CAME, oa_id="9001", **options)


def attached(kind, payload, **fields):
    content = message(
        f"user_send_{kind}", message={"attachments": [{"type": kind, "payload": payload}]}, **fields
    )
    (one,) = parse(content).attachments
    return one


def test_text_of_a_person():
    event = parse(
        message(user="7001", msg_id="m-1", text="Tin báo", timestamp=STAMP,
                message={"quote_msg_id": "m-0"})
    )  # fmt: skip

    assert event == events.InboundMessage(
        user_id="7001", message_id="m-1", kind="text", text="Tin báo", attachments=(), at=AT,
        quoted_id="m-0",
    )  # fmt: skip


@pytest.mark.parametrize("stamp", [STAMP, int(STAMP)])
def test_clock_comes_as_text_or_number(stamp):
    assert parse(message(timestamp=stamp)).at == AT


@pytest.mark.parametrize("stamp", [None, "", "soon", "-5", "9" * 40, True, [], "nan"])
def test_event_without_a_clock_happened_when_it_came(stamp):
    assert parse(message(timestamp=stamp)).at == CAME


def test_several_files_in_one_event():
    files = [
        {"type": "image", "payload": {"url": f"https://f.zdn.vn/{n}.jpg", "thumbnail": "t"}}
        for n in range(3)
    ]

    event = parse(message("user_send_image", text=None, message={"attachments": files}))

    assert [one.url for one in event.attachments] == [f"https://f.zdn.vn/{n}.jpg" for n in range(3)]
    assert event.text == ""


def test_place_comes_as_text():
    place = attached("location", {"coordinates": {"latitude": "10.945", "longitude": "106.82"}})

    assert (place.latitude, place.longitude) == (10.945, 106.82)


@pytest.mark.parametrize("value", ["", "xa", "91", "nan", "inf", None, True, {}])
def test_place_that_is_none(value):
    place = attached("location", {"coordinates": {"latitude": value, "longitude": "106"}})

    assert place.latitude is None


def test_file_with_its_size_and_sum():
    file = attached(
        "file",
        {"url": "https://f.zdn.vn/a", "name": "don.pdf", "size": "2048", "checksum": "AB",
         "type": "PDF"},
    )  # fmt: skip

    assert (file.name, file.size, file.checksum, file.file_type) == ("don.pdf", 2048, "ab", "pdf")


def test_phone_on_a_business_card():
    content = message(
        "user_send_business_card", text=None,
        message={"attachments": [{"type": "link", "payload": {
            "description": '{"phone":"84900000001","qrCodeUrl":"x"}'}}]},
    )  # fmt: skip

    assert parse(content).attachments[0].phone == "84900000001"
    assert parse(content).kind == "business_card"


def test_address_in_both_forms():
    new = body(
        "user_submit_info", sender={"id": "7001"}, recipient={"id": "9001"},
        info={"name": "An", "phone": "84900000001", "full_address": {
            "user_city": "Đồng Nai", "user_ward": "xã Suối Lành", "user_address": "ấp 1"}},
    )  # fmt: skip
    old = body(
        "user_submit_info", sender={"id": "7001"}, recipient={"id": "9001"},
        info={"name": "An", "phone": 84900000001, "address": "ấp 1", "ward": "xã Suối Lành",
              "district": "", "city": "Đồng Nai"},
    )  # fmt: skip

    assert parse(new).address == parse(old).address == "ấp 1, xã Suối Lành, Đồng Nai"
    assert parse(new).phone == parse(old).phone == "84900000001"


def test_follow_and_unfollow():
    follows = parse(body("follow", oa_id="9001", follower={"id": "7001"}, source="oa_profile"))
    leaves = parse(body("unfollow", oa_id="9001", follower={"id": "7001"}))

    assert (follows.user_id, follows.is_following, follows.source) == ("7001", True, "oa_profile")
    assert (leaves.user_id, leaves.is_following) == ("7001", False)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("create_group", "created"),
        ("user_join_group", "joined"),
        ("user_request_join_group", "asks_to_join"),
        ("react_request_join_group", "approved"),
        ("accept_request_join_group", "approved"),
        ("react_request_join_group_accept", "approved"),
        ("reject_request_join_group", "rejected"),
        ("react_request_join_group_reject", "rejected"),
        ("add_group_admin", "deputy_added"),
        ("remove_group_admin", "deputy_removed"),
        ("update_group_info", "info_changed"),
        ("user_out_group", "left"),
        ("user_leave_group", "left"),
        ("disperse_group", "dissolved"),
        ("delete_group", "dissolved"),
    ],
)
def test_group_events_and_their_aliases(name, kind):
    event = parse(
        body(name, oa_id="9001", group_id="g1", users=[{"id": "7001"}, {"id": 7002}],
             timestamp=STAMP)
    )  # fmt: skip

    assert event == events.GroupChange("g1", events.GroupChange.Kind(kind), ("7001", "7002"), AT)


def test_message_in_a_group_has_neither_author_nor_words():
    content = message("user_send_group_text", oa="g1", msg_id="m-9", text="chuyện riêng")
    content["oa_id"] = "9001"

    event = parse(content)

    assert event.group_id == "g1"
    assert (event.user_id, event.text, event.attachments) == ("", "", ())


@pytest.mark.parametrize("name", ["user_send_group_text", "user_send_group_poll"])
def test_group_message_of_any_kind_is_one(name):
    assert parse(message(name, oa="g1")).group_id == "g1"


@pytest.mark.parametrize("name", ["oa_send_text", "oa_send_list", "oa_send_anonymous_text",
                                  "oa_send_something_new"])  # fmt: skip
def test_echo_is_no_message(name):
    event = parse(message(name, user="9001", oa="7001", msg_id="m-3"))

    assert (type(event), event.recipient_id) == (events.OwnEcho, "7001")


def test_echo_of_a_group_and_of_a_person_at_zalos_tool():
    content = message("oa_send_group_text", oa="g1", text="Bài")
    content["sender"] = {"id": "9001", "admin_id": "55"}

    event = parse(content)

    assert (event.group_id, event.admin_id, event.text) == ("g1", "55", "Bài")
    assert event.recipient_id == ""


def test_message_whose_sender_is_the_account_is_an_echo():
    assert isinstance(parse(message(user="9001", oa="7001")), events.OwnEcho)


def test_anonymous_visitor():
    event = parse(message("anonymous_send_text", message={"conversation_id": "c-1"}))

    assert (event.is_anonymous, event.conversation_id, event.kind) == (True, "c-1", "text")


@pytest.mark.parametrize("own", ["sender", "recipient"])
def test_reader_is_whoever_is_not_the_account(own):
    other = {"sender": "recipient", "recipient": "sender"}[own]
    content = body("user_seen_message", message={"msg_ids": ["m-1", "m-2"]})
    content |= {own: {"id": "9001"}, other: {"id": "7001"}}

    assert parse(content) == events.Seen(("m-1", "m-2"), "7001", parse(content).at)


def test_received():
    content = body("user_received_message", sender={"id": "9001"}, recipient={"id": "7001"},
                   message={"msg_id": "m-1"})  # fmt: skip

    assert (parse(content).message_ids, parse(content).user_id) == (("m-1",), "7001")


def test_template_by_phone_number_names_nobody():
    content = body(
        "user_received_message", sender={"id": "9001"}, recipient={"id": "84900000001"},
        message={"msg_id": "m-1", "delivery_time": STAMP, "tracking_id": "t"},
    )  # fmt: skip

    assert isinstance(parse(content), events.Ignored)


def test_turning_to_the_account_without_words():
    chat = parse(body("user_click_chatnow", oa_id="9001", user_id="7001"))
    heart = parse(message("user_reacted_message", text=None, message={"react_icon": "/-heart"}))

    assert (chat.user_id, chat.opens_window) == ("7001", True)
    assert (heart.user_id, heart.opens_window) == ("7001", False)


def test_withdrawal_and_revoked_grant():
    assert parse(body("user_withdraw", user_id="7001")).user_id == "7001"
    assert isinstance(parse(body("permission_revoked", oa_id="9001")), events.PermissionRevoked)


def test_unknown_name_is_said_to_be_unknown():
    assert parse(body("brand_new_thing")) == events.Unknown("brand_new_thing")


def test_unknown_kind_of_message_is_a_message_still():
    assert parse(message("user_send_poll")).kind == "poll"


def test_no_repr_shows_a_person_or_a_text():
    shown = "".join(
        repr(parse(content))
        for content in (
            message(text="bí mật", message={"attachments": [
                {"type": "file", "payload": {"url": "https://bí mật", "name": "bí mật"}}]}),
            body("follow", follower={"id": "70010001"}),
            body("user_submit_info", sender={"id": "70010001"}, info={"name": "bí mật"}),
            message("oa_send_text", user="9001", oa="70010001", text="bí mật"),
        )
    )  # fmt: skip

    assert "bí mật" not in shown
    assert "70010001" not in shown


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)
PLACES = ("sender", "recipient", "message", "info", "follower", "users", "user_id", "group_id",
          "timestamp", "oa_id")  # fmt: skip


@given(st.sampled_from([*MEANINGS, "new"]), st.dictionaries(st.sampled_from(PLACES), JSON))
def test_no_body_breaks_the_reading(name, content):
    event = events.parse({**content, "event_name": name}, received_at=CAME)

    assert repr(event)
