"""A name is found however it is written, and nothing else is taken with it."""

import pytest

from clinic.erasure.words import Words

NAMES = Words(["Jane Q. Roe", "José O’Brien"])


@pytest.mark.parametrize(
    ("written", "left"),
    [
        ("Jane Q. Roe came.", "[removed] came."),
        ("JANE Q. ROE, jane q roe", "[removed], [removed]"),
        ("Jane\u00a0Q.\u2003Roe", "[removed]"),
        ("Jane\n   Q.\r\n\tRoe’s knee", "[removed]’s knee"),
        ("Ja\u00adne Q\u200b. Roe.", "[removed]."),
        ("<p>Thanks to Jane <b>Q.</b> Roe.</p>", "<p>Thanks to [removed]<b></b>.</p>"),
        ("<p>Ja<i>ne</i> Q.&nbsp;Roe</p>", "<p>[removed]<i></i></p>"),
        ("<p>Jane</p><p>Q. Roe</p>", "<p>[removed]</p><p></p>"),
        ("Jane &amp;nbsp;Q. Roe", "[removed]"),
        ("Jane&#32;Q.&#x20;Roe", "[removed]"),
        ("&lt;b&gt;Jane Q.&lt;/b&gt; Roe", "&lt;b&gt;[removed]&lt;/b&gt;"),
        ("jane-q-roe", "removed"),
        ("a-word-from-jane-q-roe-2024", "a-word-from-removed-2024"),
        ("original_images/Jane_Q._Roe_x1.jpg", "original_images/removed_x1.jpg"),
        ("images/Jane_Q_x1Yz2Ab._Roe.jpg", "images/removed.jpg"),
        ("/media/JaneQRoe.max-80.jpg", "/media/removed.max-80.jpg"),
        ("jane.q.roe@example.com", "removed@example.com"),
        ("https://x.example/jane%20q%20roe/?a=1", "https://x.example/removed/?a=1"),
        ("https://jane-q-roe.example/", "https://removed.example/"),
        ('<a href="/jane-q-roe/">x</a>', '<a href="/removed/">x</a>'),
        ('<embed alt="Jane Q. Roe" id="3"/>', '<embed alt="[removed]" id="3"/>'),
        ("“Jane Q. Roe” <jane.q.roe@x.example>", "“[removed]” <[removed]@x.example>"),
        ("<Jane Q. Roe>", "<[removed]>"),
        ("Jos\u00e9 O'Brien", "[removed]"),
        ("Jose\u0301 O’BRIEN", "[removed]"),
        ("Jose OBrien", "[removed]"),
        ("Jos&eacute; O&#x27;Brien", "[removed]"),
        ("Jos&eacute; O&#39;Brien", "[removed]"),
        (r"Jos\u00e9 O\u2019Brien", "[removed]"),
        ("jos%C3%A9-obrien", "removed"),
        ("jose-o-brien", "removed"),
    ],
)
def test_a_name_is_found_however_it_is_written(written, left):
    assert NAMES.redact(written)[0] == left
    assert not NAMES.stand_in(left)


@pytest.mark.parametrize(
    "text",
    [
        "Jane Q. Roebuck came.",
        "Mary-Jane Q Roebuck",
        "Jane came. Q was there. Roe was not.",
        "Jane Roe",
        "Josephine O’Brien",
        "<p>A thin needle is used &amp; removed.</p>",
        "",
    ],
)
def test_what_only_looks_like_it_stays(text):
    assert NAMES.redact(text) == (text, [])


def test_every_spelling_is_told_to_who_decides():
    _, spellings = NAMES.redact("Jane Q. Roe, and <b>JANE</b> Q. Roe")
    assert spellings == ["Jane Q. Roe", "JANE Q. Roe"]


@pytest.mark.parametrize(
    ("phrase", "sentence"),
    [
        ("Al", "too short"),
        ("J. R.", "too short"),
        ("…", "too short"),
        ("removed", "stands in place"),
        ("Move", "stands in place"),
    ],
)
def test_words_that_would_be_found_everywhere_are_refused(phrase, sentence):
    with pytest.raises(ValueError, match=sentence):
        Words([phrase])
