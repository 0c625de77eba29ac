"""Would the tests notice if a line of the verdicts were wrong? Mutants of the packages that judge, see docs/mutation.md."""
