"""Tasks that leave files and folders in a new order."""

from tests.evals.checks import both, file_has, folder_has, name
from tests.evals.task import Task

_INBOX = ("report.txt", "notes.txt", "photo.jpg", "scan.jpg", "budget.csv")
_SORTED = ("txt/report.txt", "txt/notes.txt", "jpg/photo.jpg", "jpg/scan.jpg", "csv/budget.csv")
_PHOTOS = ("beach", "hut", "lake")
_PARTS = {f"part{i}.txt": f"chapter {i}\nit was day {i * 7}\n" for i in range(1, 12)}
_SIZES = {"a.bin": 900, "old/b.bin": 8_200, "old/deep/c.dat": 51_000, "old/deep/d.bin": 4_100, "e.log": 50_100}

TASKS = (
    Task(
        "sort_by_extension",
        "Tidy up the folder inbox: move every file in it into a subfolder of inbox named after its extension "
        "(txt, jpg, csv).",
        folder_has(*(f"inbox/{path}" for path in _SORTED), no=[f"inbox/{file}" for file in _INBOX]),
        {f"inbox/{file}": file for file in _INBOX},
    ),
    Task(
        "rename",
        "rename all .jpeg files in the photos folder so that they end in .jpg",
        folder_has(
            *(f"photos/{photo}.jpg" for photo in _PHOTOS),
            "photos/list.txt",
            no=[f"photos/{photo}.jpeg" for photo in _PHOTOS],
        ),
        {**{f"photos/{photo}.jpeg": b"\xff\xd8" for photo in _PHOTOS}, "photos/list.txt": "three photos\n"},
    ),
    Task(
        "largest_file",
        "What's the biggest file in the folder data, subfolders included?",
        name("c.dat", rather_than=[path.rpartition("/")[2] for path in _SIZES]),
        {f"data/{path}": b"x" * size for path, size in _SIZES.items()},
    ),
    Task(
        "merge",
        "Join part1.txt, part2.txt and so on up to part11.txt into one file all.txt, in the order of their numbers.",
        both(file_has("all.txt", "".join(_PARTS.values())), folder_has(*_PARTS)),
        _PARTS,
    ),
)
