"""A model with all that happens to a request on its way, in the one order that is right."""

from interpreter.asking.budgeted import Budgeted
from interpreter.asking.compacting import Compacting, Context
from interpreter.asking.measure import Measure
from interpreter.asking.money import Ledger, Price
from interpreter.asking.persistent import Persistent
from interpreter.core.cancel import CancelToken
from interpreter.core.ports import Model


def treated(
    model: Model,
    cancel: CancelToken,
    ledger: Ledger,
    price: Price,
    context: Context,
    *,
    small: bool,
    budget: float | None = None,
    longest: int = 0,
) -> Model:
    """Requests are made to fit, then paid for, then made again where that helps; a summary is paid for as well."""
    measure = Measure(small=small, sees_images=lambda: model.sees_images)
    paid = Budgeted(Persistent(model, cancel), ledger, measure, price, budget, longest)
    return Compacting(paid, measure, cancel, context)
