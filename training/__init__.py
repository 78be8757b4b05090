"""Training of the bundled tiny model: see training/README.md."""
