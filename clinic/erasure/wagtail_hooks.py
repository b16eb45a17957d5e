"""Names the tombstone in the histories of pages and other things."""

from wagtail import hooks
from wagtail.log_actions import LogFormatter

from .record import LOG_ACTION


@hooks.register("register_log_actions")
def name_erasure(actions):
    @actions.register_action(LOG_ACTION)
    class ErasureLog(LogFormatter):
        """Says that something was erased, and why; never what."""

        label = "Erase"

        def format_message(self, log_entry):
            return f"Something was erased from all versions. {log_entry.data.get('reason', '')}"

        def format_comment(self, log_entry):
            return ""
