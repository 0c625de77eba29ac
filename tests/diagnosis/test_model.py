"""Diagnosis and advice as values: there and back, and as records of the schema."""

import jsonschema
import pytest

from ampglow_plugin.errors import FormatError
from ampglow_plugin.model.codec import from_dict, to_dict
from ampglow_plugin.model.diagnosis import Advice, CauseFound, Diagnosis, Likelihood, Sign, View
from ampglow_plugin.report.records import record
from ampglow_plugin.report.schema import schema

DIAGNOSIS = Diagnosis(
    paths=("a.fits", "b.fits"),
    basis="views",
    causes=(CauseFound(cause="amp_glow", confidence=0.97, where="right", peak_adu=120.0),),
    likelihoods=(Likelihood(cause="amp_glow", probability=0.97, decided=True),),
    evidence=(
        Sign(cause="amp_glow", name="same_place", speaks="for", what="in both", value=9.0, limit=5.0, unit="sigma"),
    ),
    views=(View(frames=("a.fits",), object="M 31"), View(frames=("b.fits",), object="M 33")),
)
ADVICE = Advice(order=1, action="shoot_darks", reason="none fits", host="camera", command="20 darks of 180 s")


@pytest.mark.parametrize("value", [DIAGNOSIS, ADVICE])
def test_there_and_back(value):
    assert from_dict(type(value), to_dict(value)) == value


def test_records_are_those_of_the_schema():
    whole = schema()
    jsonschema.validate(record("diagnosis", DIAGNOSIS), whole)
    jsonschema.validate(record("advice", ADVICE), whole)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**record("diagnosis", DIAGNOSIS), "causes": [{"cause": "ghosts", "confidence": 1}]}, whole)


def test_a_wrong_cause_is_named_with_its_place():
    data = to_dict(DIAGNOSIS)
    data["causes"][0]["cause"] = "ghosts"
    with pytest.raises(FormatError) as wrong:
        from_dict(Diagnosis, data)
    assert wrong.value.problems[0].place == "causes[0].cause"


def test_found_gives_the_entry_of_a_cause():
    assert DIAGNOSIS.found("amp_glow").where == "right"
    assert DIAGNOSIS.found("vignetting") is None
