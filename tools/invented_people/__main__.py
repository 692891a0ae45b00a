"""`python -m tools.invented_people`."""

from .make import main

raise SystemExit(main())
