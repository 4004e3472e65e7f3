"""Run `nodboks-provision` as `python -m provisioning`."""

from provisioning.cli import main

if __name__ == "__main__":
    main()
