"""Group of outputs → what there is to know of them, so that nobody need hold their recipes."""

from kommunalnews import outputs
from kommunalnews.executors import Loss
from kommunalnews.recipes import Group, Known


def settle_group(parts: outputs.Parts, group: Group) -> tuple[Known, ...] | None:
    """What there is to know of the outputs of a group; None where the worker was lost."""
    return outputs.settle_group(parts, group)


def lost_group(group: Group, loss: Loss) -> tuple[Known, ...] | None:
    """Nothing is known of a group whose worker did not come back: it is planned where it was asked for."""
    return None
