"""What the page on the evidence says, against planted data."""

import pandas as pd
import pytest

import kzcivil as kz
from kzcivil import coverage
from kzcivil.charts import coverage as draw
from kzcivil.evidence import Evidence


def changed(evidence: Evidence, table: str, rows: pd.DataFrame) -> Evidence:
    tables = {
        name: evidence[name]
        for name in (
            "sources",
            "pieces",
            "measures",
            "origins",
            "claims",
            "events",
            "stages",
            "mentions",
            "derivations",
            "pairs",
            "second_pass",
            "regions",
            "context",
        )
    }
    return Evidence(tables | {table: rows}, evidence.version)


def test_every_statement_has_one_precision(evidence: Evidence) -> None:
    rows = coverage.statements(evidence)
    assert len(rows) == len(evidence.claims)
    assert set(rows.precision) <= set(coverage.PRECISION)
    assert coverage.theme_by_source(evidence).to_numpy().sum() == len(rows)
    assert coverage.share_by_source(evidence, "precision").sum(axis=1).to_numpy() == pytest.approx(1)


def test_the_silent_years_end_when_somebody_counts(evidence: Evidence) -> None:
    begin, end = coverage.silent_years(evidence)
    assert end - begin >= 5
    claims = evidence.claims
    row = claims[claims.claim_id == "aa_inf_registered_2023"].assign(
        claim_id="planted", start=pd.Timestamp("2012-01-01"), end=pd.Timestamp("2012-12-31")
    )
    planted = changed(evidence, "claims", pd.concat([claims, row], ignore_index=True))
    shorter = coverage.silent_years(planted)
    assert shorter != (begin, end)
    assert not shorter[0] <= 2012 <= shorter[1]
    answers = kz.headlines(planted).set_index("question").answer
    assert (
        answers["Which years have no count?"]
        != kz.headlines(evidence).set_index("question").answer["Which years have no count?"]
    )


def test_agreement_falls_when_a_coding_differs(evidence: Evidence) -> None:
    before = coverage.agreement(evidence).set_index("kind")
    coded = evidence.second_pass
    hit = coded.index[(coded.coder == "b") & (coded.kind == "claim") & coded.value.notna()][:20]
    coded.loc[hit, "value"] += 1
    after = coverage.agreement(changed(evidence, "second_pass", coded)).set_index("kind")
    assert after.loc["claim", "both"] <= before.loc["claim", "both"] - 15
    assert after.loc["claim", "estimate"] > before.loc["claim", "estimate"]
    assert after.loc["event", "both"] == before.loc["event", "both"]


def test_agreement_is_kept_in_the_tables(evidence: Evidence) -> None:
    assert (coverage.agreement(evidence).kept > 0.9).all()


def test_titles_turn_with_the_data(evidence: Evidence) -> None:
    title = draw.vagueness(evidence).fig.layout.title.text
    claims = evidence.claims
    claims["wording"] = claims.wording.where(claims.source_id != "diachenko", "over")
    assert "Diachenko is the vaguest" in draw.vagueness(changed(evidence, "claims", claims)).fig.layout.title.text
    assert "Diachenko is the vaguest" not in title
    before = draw.origins(evidence).fig.layout.title.text
    claims = evidence.claims.assign(origin="author")
    assert draw.origins(changed(evidence, "claims", claims)).fig.layout.title.text != before


def test_lost_and_said_once(evidence: Evidence) -> None:
    assert set(coverage.lost(evidence).wording) == {"lost"}
    once = coverage.said_once(evidence)
    assert not once.duplicated(["measure", "scope", "region"]).any()
