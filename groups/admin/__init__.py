"""The admin of the app: each feature registers its own."""

import groups.consultation.meeting_admin
import groups.consultation.regulation_admin
import groups.duplicates.admin
import groups.hamlet_changes.admin
import groups.handovers.admin
import groups.linking.admin
import groups.member_import.admin
import groups.oa_groups.admin_urls
import groups.personal_data.admin
import groups.personal_data.breaches.admin
import groups.places.admin
import groups.residents.admin
import groups.residents.consent.admin
import groups.zalo_groups.admin  # noqa: F401 -- each registers its models
