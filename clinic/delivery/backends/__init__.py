"""Django's own database backends, whose connections say when they are about to commit."""
