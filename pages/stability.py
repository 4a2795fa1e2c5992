"""Where exp overflows and underflows in each floating-point type, and which way to write softmax stands it."""

from softviz.components.stability_board import stability_board
from softviz.core.magnitudes import breaking_points
from softviz.hues import hue_ranks
from softviz.magnitude import Magnitude, largest_classes, part
from softviz.ui import session, shell

exploration = shell.open_page("stability", Magnitude)
settings = session.current(Magnitude)
positions = largest_classes(exploration.scores)
scores = part(exploration.scores, positions)

stability_board(
    scores,
    settings,
    breaking_points(tuple(scores.values.tolist()), settings.move),
    hues=hue_ranks(exploration.scores.values)[positions],
    key="stability-board",
    revision=session.revision("stability-board"),
    on_choice=lambda chosen: session.change(Magnitude, origin="stability-board", **vars(chosen)),
)
shell.close_page("stability")
