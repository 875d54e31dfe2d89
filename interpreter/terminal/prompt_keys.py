"""The keys of the prompt, where they are not those of every line editor."""

import os
from typing import Any

from prompt_toolkit.application import get_app, run_in_terminal
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.completion import CompleteEvent, get_common_complete_suffix
from prompt_toolkit.document import Document
from prompt_toolkit.enums import DEFAULT_BUFFER
from prompt_toolkit.filters import Condition, has_completions, has_focus
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent

from interpreter.console.editor import edit
from interpreter.core.errors import WrongUsage
from interpreter.core.messages import CodeBlock
from interpreter.core.visible import visible
from interpreter.terminal.bursts import Bursts
from interpreter.terminal.words import problem

INDENT = "    "

at_prompt = has_focus(DEFAULT_BUFFER)


@Condition
def list_is_untouched() -> bool:
    """Whether there is a list of which nothing has been chosen yet."""
    state = get_app().current_buffer.complete_state
    return state is not None and state.current_completion is None


@Condition
def code_begins() -> bool:
    """Whether the cursor stands at the beginning of a line below the first: there is nothing to complete."""
    document = get_app().current_buffer.document
    return document.cursor_position_row > 0 and not document.current_line_before_cursor.strip()


def prompt_keys(bursts: Bursts) -> KeyBindings:
    """Enter sends; Alt-Enter, Ctrl-J and a backslash before Enter begin a new line."""
    bindings = KeyBindings()
    _add_line_ends(bindings, bursts)

    @bindings.add("escape", filter=at_prompt & has_completions)
    def _close_list(event: KeyPressEvent) -> None:
        event.current_buffer.cancel_completion()

    @bindings.add("up", filter=at_prompt & list_is_untouched)
    def _leave_list(event: KeyPressEvent) -> None:
        event.current_buffer.cancel_completion()
        event.current_buffer.auto_up()

    @bindings.add("tab", filter=at_prompt & (list_is_untouched | ~has_completions))
    def _go_on(event: KeyPressEvent) -> None:
        _complete(event.current_buffer)

    @bindings.add("tab", filter=at_prompt & code_begins)
    def _indent(event: KeyPressEvent) -> None:
        event.current_buffer.insert_text(INDENT)

    @bindings.add("c-x", "c-e", filter=at_prompt)
    def _edit(event: KeyPressEvent) -> None:
        event.app.create_background_task(_edited(event.current_buffer))

    return bindings


def _add_line_ends(bindings: KeyBindings, bursts: Bursts) -> None:
    @bindings.add("enter", filter=at_prompt)
    def _send(event: KeyPressEvent) -> None:
        buffer = event.current_buffer
        if bursts.goes_on(event.app):
            _begin_line(buffer)
        elif _ends_with_backslash(buffer):
            if not buffer.text.startswith(("!", "%%")):
                buffer.delete_before_cursor()
            _begin_line(buffer)
        else:
            buffer.validate_and_handle()

    @bindings.add("escape", "enter", filter=at_prompt)
    def _new_line(event: KeyPressEvent) -> None:
        _begin_line(event.current_buffer)

    @bindings.add("c-j", filter=at_prompt)
    def _new_line_or_send(event: KeyPressEvent) -> None:
        # Until there is a prompt, the terminal makes this key of Enter.
        if bursts.is_typed_ahead and event.current_buffer.text:
            _send(event)
        else:
            _begin_line(event.current_buffer)


def _complete(buffer: Buffer) -> None:
    """Take the only one that there is, or what all have in common, and list what follows; else list them."""
    state, document = buffer.complete_state, buffer.document
    wanted = CompleteEvent(completion_requested=True)
    offered = state.completions if state else list(buffer.completer.get_completions(document, wanted))
    common = get_common_complete_suffix(document, offered)
    if len(offered) == 1:
        buffer.apply_completion(offered[0])
    elif common:
        buffer.insert_text(common)
    elif state:
        buffer.complete_next()
        return
    if len(offered) > 1 or buffer.text.rstrip("\"'").endswith("/"):
        buffer.start_completion()


def _begin_line(buffer: Buffer) -> None:
    buffer.insert_text("\n", fire_event=False)


def _ends_with_backslash(buffer: Buffer) -> bool:
    return buffer.document.is_cursor_at_the_end and buffer.text.endswith("\\")


async def _edited(buffer: Buffer) -> None:
    """The text goes to the user's own editor, and comes back to be looked at: it is not sent."""

    def edit_it() -> None:
        try:
            text = edit(CodeBlock("text", buffer.text), os.environ).code.replace("\r\n", "\n")
        except WrongUsage as error:
            print(visible(problem(error)))
        else:
            buffer.document = Document(text, len(text))

    done: Any = run_in_terminal(edit_it)
    await done
