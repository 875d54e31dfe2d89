"""All tasks, by subject."""

from tests.evals.catalogue import chores, databases, dates, languages, numbers, repairs, tables, words
from tests.evals.task import Task

TASKS: tuple[Task, ...] = (
    *tables.TASKS,
    *numbers.TASKS,
    *words.TASKS,
    *dates.TASKS,
    *databases.TASKS,
    *chores.TASKS,
    *repairs.TASKS,
    *languages.TASKS,
)
