"""`serentak`: the other doors to the same services. The commands stand in app/commands."""

import sys

import typer

from app.commands import processes, results, stores
from app.commands.act import act
from app.commands.audit_log import audit_log
from app.commands.bank import bank
from app.commands.card import card
from app.commands.demo import demo
from app.commands.forms import forms
from app.commands.roster import roster
from app.commands.running import sentence_of
from app.commands.staff import staff
from app.kit.errors import OpsError

app = typer.Typer(
    help="Serentak: an exam server for one day on which everybody is tested.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
for command in (
    processes.run,
    processes.serve,
    stores.migrate,
    stores.prime,
    stores.recover,
    stores.reflow,
    processes.flush,
    processes.sweep,
    results.score,
    results.results,
    stores.audit,
    act,
):
    app.command()(command)
for group, name in (
    (audit_log, "audit-log"),
    (bank, "bank"),
    (roster, "roster"),
    (card, "card"),
    (staff, "staff"),
    (forms, "forms"),
    (results.export, "export"),
    (demo, "demo"),
):
    app.add_typer(group, name=name)


def main() -> None:
    """Run a command; what ops must know is one sentence and status 1, never a trace."""
    try:
        app()
    except OpsError as error:
        sys.exit(f"serentak: {error}")
    except Exception as error:
        sentence = sentence_of(error)
        if sentence is None:
            raise
        sys.exit(f"serentak: {sentence}")


if __name__ == "__main__":
    main()
