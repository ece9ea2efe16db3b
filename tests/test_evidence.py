"""Loading, laying over, leaving out, citing."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

import kzcivil as kz
from kzcivil.evidence import schemas

Plant = Callable[..., Path]


def test_tables_have_the_types_of_the_schema(evidence: kz.Evidence) -> None:
    kinds = {"string": "str", "integer": "Int64", "number": "float64", "date": "datetime64"}
    for table, schema in schemas().items():
        for field in schema["fields"]:
            assert str(evidence[table][field["name"]].dtype).startswith(kinds[field["type"]]), (table, field["name"])


def test_what_a_reader_does_to_a_table_reaches_nobody(evidence: kz.Evidence) -> None:
    mine = evidence.claims
    mine.loc[:, "value"] = -1.0
    mine["new"] = 1
    mine.pop("note")
    assert "new" not in evidence.claims
    assert "note" in evidence.claims
    assert (kz.load().claims.value.dropna() >= 0).all()


def test_an_unknown_table_is_named(evidence: kz.Evidence) -> None:
    with pytest.raises(AttributeError, match="no table 'clams'"):
        _ = evidence.clams


def test_laying_over_replaces_a_row_and_keeps_the_rest(plant: Plant) -> None:
    folder = plant(
        "claims", {"aa_inf_registered_2003": {"value": "3600", "as_printed": "3600", "low": "3550", "high": "3650"}}
    )
    own = kz.load(folder)
    assert own.row("aa_inf_registered_2003").value == 3600
    assert own.claims.claim_id.tolist() == kz.load().claims.claim_id.tolist()
    assert "your own" in own.label


def test_of_several_folders_later_ones_win(plant: Plant, tmp_path_factory: pytest.TempPathFactory) -> None:
    first = plant("measures", {"ngos": {"title": "first"}})
    second = tmp_path_factory.mktemp("second")
    text = (first / "measures.csv").read_text(encoding="utf-8").replace("first", "second")
    (second / "measures.csv").write_text(text, encoding="utf-8")
    titles = kz.load([first, second]).measures.set_index("measure").title
    assert titles["ngos"] == "second"


def test_new_rows_may_refer_to_new_rows(plant: Plant) -> None:
    new = {
        "measure": "ngos_foreign",
        "title": "Foreign",
        "definition": "NGOs of other countries.",
        "unit": "organisations",
        "nature": "stock",
        "theme": "organisations",
    }
    folder = plant("measures", new=[new])
    plant("claims", {"aa_inf_registered_2003": {"measure": "ngos_foreign"}})
    assert kz.load(folder).row("aa_inf_registered_2003").measure == "ngos_foreign"


def test_bounds_may_be_left_to_the_rule(plant: Plant) -> None:
    folder = plant("claims", {"aa_inf_registered_2003": {"value": "3700", "as_printed": "3700"}})
    table = pd.read_csv(folder / "claims.csv", dtype=str, keep_default_na=False).drop(columns=["low", "high"])
    table.to_csv(folder / "claims.csv", index=False)
    row = kz.load(folder).row("aa_inf_registered_2003")
    assert (row.low, row.high) == (3650, 3750)


def test_leaving_out_a_source_takes_all_that_rests_on_it() -> None:
    without = kz.load(without="caci_forum")
    assert "caci_forum" not in set(without.claims.source_id) | set(without.events.source_id)
    assert "factor_operating_2003" not in set(without.derivations.derivation_id)
    assert not without.pairs.first_id.str.startswith("caci_").any()
    # A repeat of a statement that is no longer heard is now a first statement.
    assert pd.isna(without.row("dia_tender1_applications").repeats)


def test_leaving_out_an_origin() -> None:
    claims = kz.load(without=["minister"]).claims
    assert "minister" not in set(claims.origin)
    assert "kxr_article" in set(claims.piece_id)


def test_leaving_out_nobody_known_is_an_error() -> None:
    with pytest.raises(kz.DataError, match=r"no source or origin has that id; sources are .*caci_forum"):
        kz.load(without="caci")


def test_leaving_out_everything_is_an_error(evidence: kz.Evidence) -> None:
    with pytest.raises(kz.DataError, match="nothing is left"):
        kz.load(without=list(evidence.sources.source_id))


def test_a_missing_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(kz.DataError, match="no such folder"):
        kz.load(tmp_path / "nowhere")


def test_cite_names_speaker_source_place_and_words(evidence: kz.Evidence) -> None:
    words = evidence.cite("aa_inf_registered_2023")
    assert "Adal Azamat" in words
    assert "line 963" in words
    assert "“23 335”" in words
    with pytest.raises(KeyError, match="did you mean aa_inf_registered_2023"):
        evidence.cite("aa_inf_registered_202")


def test_every_statement_can_be_cited(evidence: kz.Evidence) -> None:
    ids = [*evidence.claims.claim_id, *evidence.events.event_id, *evidence.stages.stage_id]
    assert all(evidence.cite(key) for key in ids)


def test_select(evidence: kz.Evidence) -> None:
    assert set(evidence.select("tender_sum").measure) == {"tender_sum"}
    assert set(evidence.select(region="KZ-71").region) == {"KZ-71"}
    early = evidence.select(end="2003-12-31")
    assert (early.start <= "2003-12-31").all()
    assert evidence.select(repeats=False).repeats.isna().all()
    with pytest.raises(KeyError, match="no measure is called ngoes"):
        evidence.select("ngoes")


def test_import_loads_nothing_heavy() -> None:
    heavy = [
        "scipy",
        "plotly",
        "seaborn",
        "matplotlib",
        "frictionless",
        "papermill",
        "nbformat",
        "simpleeval",
        "typer",
        "IPython",
    ]
    code = f"import sys, kzcivil; print([name for name in {heavy!r} if name in sys.modules])"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


def test_context_is_apart_from_claims(evidence: kz.Evidence) -> None:
    assert not {"cpi", "gdp", "population", "exchange_rate"} & set(evidence.claims.measure)
    assert evidence.context.publisher.notna().all()
    assert evidence.context.code.notna().all()
