"""Gives the demonstration's search words that mean the same, and a suggested result."""

from typing import Any

from wagtail.contrib.search_promotions.models import Query, SearchPromotion

from clinic.search.models import SynonymGroup
from procedures.models import ConditionPage


def add_search_words(source: dict[str, Any]) -> None:
    """Add what `source` (search.toml) says to a practice that has no such words yet."""
    if SynonymGroup.objects.exists():
        return
    for phrases in source["synonyms"]:
        SynonymGroup.objects.create(phrases=phrases)
    for row in source["suggested"]:
        page = ConditionPage.objects.get(title=row["page"])
        for words in row["words"]:
            SearchPromotion.objects.create(
                query=Query.get(words), page=page, description=row["description"], sort_order=0
            )
