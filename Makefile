# Everything is in dev.py; these are its names. MATINEE_PORT and MATINEE_HOME move `make run`.
.PHONY: run setup test check prove bench assets format lock shots lighthouse

run:
	@python3 dev.py run

setup:
	@python3 dev.py setup

test:
	@python3 dev.py test $(ARGS)

check:
	@python3 dev.py check

prove:
	@python3 dev.py prove

bench:
	@python3 dev.py bench $(NAME)

assets:
	@python3 dev.py assets

shots:
	@python3 dev.py shots $(ARGS)

lighthouse:
	@python3 dev.py lighthouse $(ARGS)

format:
	@python3 dev.py format

lock:
	@python3 dev.py lock
