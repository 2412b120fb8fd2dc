"""Every direction is part of a round; what was asked and answered in numbers stays."""

import django.db.models.deletion
from django.db import migrations, models

TABLES = ("oversight_askednumber", "oversight_repliednumber")
STAYS = "".join(
    f"CREATE TRIGGER stays_as_given BEFORE UPDATE ON {table}"
    " FOR EACH ROW EXECUTE FUNCTION oversight_stays_as_given();\n"
    for table in TABLES
)
GOES = "".join(f"DROP TRIGGER stays_as_given ON {table};\n" for table in TABLES)


class Migration(migrations.Migration):
    dependencies = [("oversight", "0009_join_directions_of_one_text")]

    operations = [
        migrations.AlterField(
            model_name="direction",
            name="round",
            field=models.ForeignKey(
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="parts",
                to="oversight.directionround",
                verbose_name="đợt chỉ đạo",
            ),
        ),
        migrations.RunSQL(STAYS, GOES),
    ]
