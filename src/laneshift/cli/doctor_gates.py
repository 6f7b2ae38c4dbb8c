"""What `laneshift doctor --gates` shows: each gate's seeded fault, and whether the gate caught it."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from laneshift.cli.session import Session

_STYLES = {"caught": "green", "missed": "bold red", "not planted": "yellow"}


def show_gates(talk: Session) -> bool:
    """Try every gate and print what became of its fault; whether one was caught and none missed."""
    from laneshift.cli.opened import opened
    from laneshift.runs.doctor.gates import prove
    from laneshift.runs.paths import visible

    proofs = prove(opened(talk), say=lambda gate: talk.tell(f"planting the fault of gate {gate}"))
    counts = {outcome: sum(proof.outcome == outcome for proof in proofs.gates) for outcome in _STYLES}

    def show(console: Console) -> None:
        width = max(len(proof.gate) for proof in proofs.gates)
        for proof in proofs.gates:
            head = (f"{proof.outcome:<11}", _STYLES[proof.outcome])
            text = visible(proof.fault or proof.why)
            console.print(Text.assemble(head, f"  {proof.gate:<{width}}  {text}"), soft_wrap=True)
            if proof.fault:
                console.print(Text(f"{'':>{width + 15}}{visible(proof.why)}"), soft_wrap=True)
        for waiver in proofs.waivers.as_json():
            console.print(
                Text(visible(f"waiver {waiver['state']}: {waiver['what']} ({waiver['file']})")), soft_wrap=True
            )
        console.print(", ".join(f"{number} {outcome}" for outcome, number in counts.items()), highlight=False)
        if counts["not planted"]:
            console.print(
                "of a gate whose fault was not planted nothing is shown, neither good nor bad", highlight=False
            )

    data = {
        "status": "ok" if proofs.holds else "fail",
        "counts": counts,
        "gates": [proof.as_json() for proof in proofs.gates],
        "waivers": proofs.waivers.as_json(),
    }
    talk.result(data, show, "laneshift status" if proofs.holds else "laneshift doctor --gates")
    return proofs.holds
