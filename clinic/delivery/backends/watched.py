"""What both backends add to Django's."""


class WatchedConnection:
    """A connection whose watch is told before a transaction is committed: only from then on may
    readers see what it wrote. Django itself tells nobody before, only afterwards."""

    def commit(self) -> None:
        # Backends are loaded before there are models.
        from clinic.delivery.generation import watch_over

        if watch := watch_over(self):
            watch.before_commit()
        super().commit()
