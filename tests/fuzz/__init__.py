"""Every reader of foreign files, fed with damage: seeds in corpus/, a replay in the tests, coverage-guided in ``make soak``."""
