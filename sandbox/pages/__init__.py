"""The pages people use: checkout, bank confirmation, portal, invoices, and the dashboard."""

import importlib
import pkgutil

from .routing import answer as answer

for _module in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_module.name}")
