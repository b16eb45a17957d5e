"""Asks Wagtail's own search tables, in one statement, for the pages that fit best.

Wagtail's way runs the match again for every hit on SQLite, and uses no index on PostgreSQL.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.search import SearchQuery, SearchRank, SearchVectorField
from django.db import connection
from django.db.models import (
    BigIntegerField,
    BooleanField,
    Exists,
    F,
    FloatField,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Cast

from wagtail.models import Page, get_page_models
from wagtail.search import models as tables

from clinic.pages.querysets import visible_to_public
from clinic.pages.searchable import SearchablePage, names_and_text

from .words import Phrase, Term, fold, forms, words_in

# Beyond this many pages a reader needs another word, not a longer list.
MOST_FOUND = 100
# PostgreSQL ranks no more than this many of the pages that have the words in their text only;
# of those that have them in their names, the best.
MOST_RANKED = 400
# A name weighs more than the text, on SQLite; on PostgreSQL that is the fields' boost.
NAME_WEIGHT = 10.0


@dataclass(frozen=True)
class Entry:
    """A public page as the index has it."""

    page: Page
    title: str
    names: list[str]
    text: str

    @property
    def group(self) -> str:
        """The heading that pages of its type stand under."""
        return self.page.specific_class.search_group

    @cached_property
    def words_of_names(self) -> list[str]:
        return [fold(word) for word in words_in(" ".join([self.title, *self.names]))]

    @cached_property
    def words(self) -> list[str]:
        return [*self.words_of_names, *(fold(word) for word in words_in(self.text))]


@dataclass(frozen=True)
class Syntax:
    """How a database's query language writes what Term means."""

    every: str
    some: str
    then: str
    quote: str
    rest: str

    def expression(self, terms: Sequence[Term], *, every: bool) -> str:
        """All terms, or some. Words consist of letters and digits: nothing in them needs care."""
        joined = (self.every if every else self.some).join(map(self._term, terms))
        return f"({joined})"

    def _term(self, term: Term) -> str:
        typed = [self._any(map(self._word, forms(word))) for word in term.words]
        if term.unfinished:
            typed[-1] = self._any([typed[-1], f"{self._word(term.words[-1])}{self.rest}"])
        others = [
            self._phrase((*phrase[:-1], last))
            for phrase in term.others
            for last in forms(phrase[-1])
        ]
        return self._any([f"({self.every.join(typed)})", *others])

    def _any(self, choices: Iterable[str]) -> str:
        return f"({self.some.join(choices)})"

    def _phrase(self, phrase: Phrase) -> str:
        return f"({self.then.join(map(self._word, phrase))})"

    def _word(self, word: str) -> str:
        return f"{self.quote}{word}{self.quote}"


FTS5 = Syntax(every=" AND ", some=" OR ", then=" + ", quote='"', rest="*")
TSQUERY = Syntax(every=" & ", some=" | ", then=" <-> ", quote="'", rest=":*")


def find(
    terms: Sequence[Term], *, every: bool, in_names: bool = False, most: int = MOST_FOUND
) -> list[Entry]:
    """The public pages that fit best, best first: one query, at most `most` pages.

    With `every`, each has all that the terms ask for; else some of it. With `in_names`, only
    titles and other names are looked at.
    """
    if not terms:
        return []
    ask = _ask_postgresql if connection.vendor == "postgresql" else _ask_sqlite
    return [_entry(*row) for row in ask(terms, every, in_names, most)]


def public_texts() -> QuerySet:
    """Title and indexed body of every public page, as rows of two strings."""
    title, body = (
        ("title_text", "body_text") if connection.vendor == "postgresql" else ("title", "body")
    )
    return _public(tables.IndexEntry.objects).values_list(title, body)


def _entry(page_id: str, content_type_id: int, url_path: str, title: str, body: str) -> Entry:
    # As much of the page as its address needs.
    page = Page(pk=int(page_id), content_type_id=content_type_id, url_path=url_path, title=title)
    return Entry(page, title, *names_and_text(body))


def _public(entries: QuerySet, prefix: str = "") -> QuerySet:
    """Those of pages that the public may see: drafts and private pages stand in the index too."""
    models = [model for model in get_page_models() if issubclass(model, SearchablePage)]
    types = ContentType.objects.get_for_models(*models).values()
    return entries.filter(
        Exists(visible_to_public(_page_of(prefix))),
        **{f"{prefix}content_type__in": [kind.pk for kind in types]},
    )


def _page_of(prefix: str = "") -> QuerySet:
    page_id = Cast(OuterRef(f"{prefix}object_id"), BigIntegerField())
    return Page.objects.filter(pk=page_id, depth__gt=1)


class _Fts5Match(Func):
    """FTS5's own operator, whose left side is the table."""

    output_field = BooleanField()
    template = "%(table)s MATCH %(expressions)s"


def _ask_sqlite(terms: Sequence[Term], every: bool, in_names: bool, most: int):
    entries = tables.SQLiteFTSIndexEntry
    table = entries._meta.db_table
    columns = "{autocomplete}" if in_names else "{autocomplete body}"
    words = f"{columns} : {FTS5.expression(terms, every=every)}"
    weights = f"bm25({NAME_WEIGHT}, 1.0, 0.0)"  # autocomplete, body, title
    return (
        _public(entries.objects, "index_entry__")
        .filter(
            _Fts5Match(Value(words), table=table),
            _Fts5Match(Value(weights), table=f"{table}.rank"),
        )
        .annotate(url_path=Subquery(_page_of("index_entry__").values("url_path")))
        .order_by(Func(template=f"{table}.rank", output_field=FloatField()))
        .values_list(
            "index_entry__object_id", "index_entry__content_type", "url_path", "title", "body"
        )[:most]
    )


class _TsMatch(Func):
    """PostgreSQL's "this text has these words"."""

    output_field = BooleanField()
    arg_joiner = " @@ "
    template = "(%(expressions)s)"


# Written as in the index that 0002 makes, so that it is used.
WHOLE = Func(
    F("title"),
    F("body"),
    arg_joiner=" || ",
    template="(%(expressions)s)",
    output_field=SearchVectorField(),
)


def _ask_postgresql(terms: Sequence[Term], every: bool, in_names: bool, most: int):
    entries = tables.IndexEntry.objects
    words = TSQUERY.expression(terms, every=every)
    query = SearchQuery(words, search_type="raw", config="simple")
    # Of two names that have the words, the one that says little else fits better.
    fits_name = SearchRank(F("autocomplete"), query, normalization=Value(2)).desc()
    by_name = _public(entries).filter(_TsMatch(F("autocomplete"), query))
    found = Q(pk__in=by_name.order_by(fits_name, "pk").values("pk")[:MOST_RANKED])
    if not in_names:
        in_text = _public(entries).filter(_TsMatch(WHOLE, query)).values("pk")
        found |= Q(pk__in=in_text[:MOST_RANKED])
    return (
        entries.filter(found)
        .annotate(url_path=Subquery(_page_of().values("url_path")))
        .order_by(fits_name if in_names else SearchRank(WHOLE, query).desc(), "pk")
        .values_list("object_id", "content_type", "url_path", "title_text", "body_text")[:most]
    )
