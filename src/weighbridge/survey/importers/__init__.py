"""Tables of others brought into the form of the contract: what goes where is data beside each."""

from weighbridge.survey.importers.write import FORMS, import_table

__all__ = ["FORMS", "import_table"]
