"""Conversions: units, states, reference oxygen, flow, what a range allows."""

from dau.core.conversions import flow, gas
from dau.core.conversions.formula import value_of
from dau.core.conversions.scaling import MARGIN, clip
from dau.core.exact import mean_of
from tests.quality_cases.inputs import repeated
from tests.quality_cases.runner import Operation, Values


def to_std(case: Values) -> Values:
    return {
        "value": value_of(
            gas.to_standard, of=case["c"], ambient=case["ba_pa"], static=case["ps_pa"], temperature=case["t_c"]
        )
    }


def to_dry(case: Values) -> Values:
    return {"value": value_of(gas.to_dry, of=case["c"], moisture=case["xsw"])}


def ppm_to_mg(case: Values) -> Values:
    return {"value": value_of(gas.ppm_to_mass, of=case["ppm"], molar_mass=case["m"])}


def nox_from_mass(case: Values) -> Values:
    masses = {"no_mass": case.get("m_no", gas.NO_MASS), "no2_mass": case.get("m_no2", gas.NO2_MASS)}
    return {"value": value_of(gas.nox_from_mass, no=case["no"], no2=case["no2"], **masses)}


def nox_from_ppm(case: Values) -> Values:
    mass = case.get("m_no2", gas.NO2_MASS)
    return {"value": value_of(gas.nox_from_ppm, no=case["no"], no2=case["no2"], no2_mass=mass)}


def alpha(case: Values) -> Values:
    return {"value": value_of(gas.excess_air, oxygen=case["o2"])}


def convert_alpha(case: Values) -> Values:
    cap = case.get("cap", gas.OXYGEN_CAP)
    return {"value": value_of(gas.by_excess_air, of=case["c"], oxygen=case["o2"], alpha_s=case["alpha_s"], cap=cap)}


def convert_o2(case: Values) -> Values:
    return {"value": _converted(case["c"], case["o2"], case)}


def q_dry_std(case: Values) -> Values:
    return {"value": _dry_standard(case["q"], case)}


def emission_rate(case: Values) -> Values:
    return {"value": value_of(flow.emission_rate, of=case["c"], gas_flow=case["q"])}


def gas_chain(case: Values) -> Values:
    """From the velocity at one point to the emission; a concentration that is wet is dried first."""
    velocity = value_of(flow.velocity, of=case["vp_ms"], kv=case["kv"])
    wet = value_of(flow.wet_flow, velocity=velocity, area=case["area_m2"])
    dry = _dry_standard(wet, case)
    concentration, oxygen = (
        case[f"{name}_dry{end}"]
        if f"{name}_dry{end}" in case
        else value_of(gas.to_dry, of=case[f"{name}_wet{end}"], moisture=case["xsw"])
        for name, end in (("c", "_std"), ("o2", ""))
    )
    return {
        "v_ms": velocity,
        "q_wet_actual": wet,
        "q_dry_std": dry,
        "c_dry_std": concentration,
        "o2_dry": oxygen,
        "c_converted": _converted(concentration, oxygen, {"base": case["o2_base"], **case}),
        "g_kg_h": value_of(flow.emission_rate, of=concentration, gas_flow=dry),
    }


def converted_hour_methods(case: Values) -> Values:
    minutes = list(repeated(case["minutes"]))
    means = [mean_of(each[name] for each in minutes if each[name] is not None) for name in ("c", "o2")]
    converted = [_converted(each["c"], each["o2"], case) for each in minutes]
    return {
        "from_hour_means": _converted(means[0], means[1], case),
        "mean_of_minutes": mean_of(value for value in converted if value is not None),
    }


def clip_range(case: Values) -> Values:
    if case["value"] is None:
        return {"stored": None, "clipped": False, "over_range": False, "below_zero": False}
    found = clip(case["value"], case["lo"], case["hi"], case.get("margin", MARGIN))
    return {
        "stored": found.stored,
        "clipped": found.is_clipped,
        "over_range": found.is_above,
        "below_zero": found.is_below,
    }


def _converted(concentration: float | None, oxygen: float | None, case: Values) -> float | None:
    cap = case.get("cap", gas.OXYGEN_CAP)
    given = {} if case.get("base") is None else {"base": case["base"]}
    return value_of(gas.converted, of=concentration, oxygen=oxygen, cap=cap, **given)


def _dry_standard(wet: float | None, case: Values) -> float | None:
    return value_of(
        flow.dry_standard_flow,
        of=wet,
        temperature=case["t_c"],
        ambient=case["ba_pa"],
        static=case["ps_pa"],
        moisture=case["xsw"],
    )


OPERATIONS: dict[str, Operation] = {
    operation.__name__: operation
    for operation in (
        to_std,
        to_dry,
        ppm_to_mg,
        nox_from_mass,
        nox_from_ppm,
        alpha,
        convert_alpha,
        convert_o2,
        q_dry_std,
        emission_rate,
        gas_chain,
        converted_hour_methods,
        clip_range,
    )
}
