"""The whole schema: every room that has tables is imported here; the migrations need them all."""

from app.answers import tables as answers
from app.bank import tables as bank
from app.exams import tables as exams
from app.forms import tables as forms
from app.kit.postgres import metadata
from app.people import tables as people
from app.people.audit_log import tables as audit_log
from app.people.staff import tables as staff
from app.scoring import tables as scoring
from app.sittings import tables as sittings

METADATA = metadata
ROOMS = (people, audit_log, staff, bank, exams, forms, sittings, answers, scoring)
