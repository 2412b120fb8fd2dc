"""What is written to is noted by the database."""

from django.db import migrations

from oversight.rollups import triggers


class Migration(migrations.Migration):
    dependencies = [
        ("oversight", "0005_rollups"),
        ("broadcasts", "0014_indexes_for_figures"),
        ("groups", "0017_no_hour_of_linked_people"),
        ("procedures", "0007_everyday_words"),
        ("reports", "0011_split_matters"),
    ]

    operations = [migrations.RunSQL(triggers.CREATE, triggers.DROP)]
