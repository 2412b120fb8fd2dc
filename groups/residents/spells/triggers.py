"""Database triggers that write the spells of memberships and proxies, whoever changes these.

A day that nobody stated is the day of the record, marked as an estimate: nobody is counted before
somebody said so. `groups.source`, `groups.source_by` and `groups.source_on` of the transaction name
the origin (`groups.residents.spells.sources`).

Used by a migration: a change here needs a new migration that creates them again.
"""

_SETTINGS = """
CREATE FUNCTION groups_source_day() RETURNS date LANGUAGE sql STABLE AS $$
    SELECT COALESCE(NULLIF(current_setting('groups.source_on', true), '')::date,
                    (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date)
$$;
CREATE FUNCTION groups_source_by() RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT NULLIF(current_setting('groups.source_by', true), '')::bigint
$$;
"""

_MEMBERSHIP = """
CREATE FUNCTION groups_end_spell(whose bigint, whence bigint, stop date, origin text)
RETURNS void LANGUAGE sql AS $$
    UPDATE groups_membershipspell
    SET ended_on = GREATEST(began_on, stop), end_source = origin,
        end_recorded_by_id = groups_source_by(), end_recorded_at = now()
    WHERE member_id = whose AND group_id = whence AND ended_on IS NULL
$$;
CREATE FUNCTION groups_write_spell() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    origin text := COALESCE(current_setting('groups.source', true), '');
    today date := groups_source_day();
    latest date;
    began date;
    is_open boolean;
    has_new_day boolean := TRUE;
BEGIN
    IF origin = 'off' THEN RETURN NULL; END IF;
    IF TG_OP = 'DELETE' THEN
        PERFORM groups_end_spell(
            OLD.member_id, OLD.group_id, today, COALESCE(NULLIF(origin, ''), 'hand'));
        RETURN NULL;
    END IF;
    IF origin = '' THEN
        origin := CASE WHEN NEW.zalo_said_at IS NOT NULL AND (TG_OP = 'INSERT'
            OR NEW.zalo_said_at IS DISTINCT FROM OLD.zalo_said_at) THEN 'zalo' ELSE 'hand' END;
    END IF;
    IF TG_OP = 'UPDATE' THEN
        has_new_day := NEW.joined_on IS DISTINCT FROM OLD.joined_on;
    END IF;
    SELECT max(ended_on), bool_or(ended_on IS NULL) INTO latest, is_open
    FROM groups_membershipspell WHERE member_id = NEW.member_id AND group_id = NEW.group_id;
    IF NEW.state = 'joined' AND is_open THEN
        IF NEW.joined_on IS NOT NULL AND has_new_day THEN
            UPDATE groups_membershipspell
            SET began_on = GREATEST(NEW.joined_on, latest), is_estimated = FALSE, source = origin,
                recorded_by_id = groups_source_by(), recorded_at = now()
            WHERE member_id = NEW.member_id AND group_id = NEW.group_id AND ended_on IS NULL;
        END IF;
    ELSIF NEW.state = 'joined' THEN
        began := CASE WHEN has_new_day OR latest IS NULL THEN NEW.joined_on END;
        INSERT INTO groups_membershipspell (member_id, group_id, began_on, is_estimated, source,
            recorded_by_id, recorded_at, end_source)
        VALUES (NEW.member_id, NEW.group_id, GREATEST(COALESCE(began, today), latest),
            began IS NULL, origin, groups_source_by(), now(), '');
    ELSIF is_open THEN
        IF NEW.state = 'left' AND NEW.joined_on IS NOT NULL AND has_new_day THEN
            UPDATE groups_membershipspell
            SET began_on = GREATEST(NEW.joined_on, latest), is_estimated = FALSE
            WHERE member_id = NEW.member_id AND group_id = NEW.group_id AND ended_on IS NULL;
        END IF;
        PERFORM groups_end_spell(NEW.member_id, NEW.group_id,
            COALESCE(CASE WHEN NEW.state = 'left' THEN NEW.left_on END, today), origin);
    ELSIF NEW.state = 'left' AND latest IS NULL AND NEW.joined_on <= NEW.left_on THEN
        INSERT INTO groups_membershipspell (member_id, group_id, began_on, ended_on, is_estimated,
            source, recorded_by_id, recorded_at, end_source, end_recorded_by_id, end_recorded_at)
        VALUES (NEW.member_id, NEW.group_id, NEW.joined_on, NEW.left_on, FALSE, origin,
            groups_source_by(), now(), origin, groups_source_by(), now());
    ELSIF NEW.state = 'left' AND TG_OP = 'UPDATE' AND latest IS NOT NULL
        AND NEW.left_on IS DISTINCT FROM OLD.left_on AND NEW.left_on IS NOT NULL THEN
        UPDATE groups_membershipspell
        SET ended_on = GREATEST(began_on, NEW.left_on), end_source = origin,
            end_recorded_by_id = groups_source_by(), end_recorded_at = now()
        WHERE id = (SELECT id FROM groups_membershipspell
            WHERE member_id = NEW.member_id AND group_id = NEW.group_id
            ORDER BY ended_on DESC, id DESC LIMIT 1);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER spell_began AFTER INSERT ON groups_membership
    FOR EACH ROW EXECUTE FUNCTION groups_write_spell();
CREATE TRIGGER spell_changed AFTER UPDATE OF state, joined_on, left_on ON groups_membership
    FOR EACH ROW WHEN ((OLD.state, OLD.joined_on, OLD.left_on)
        IS DISTINCT FROM (NEW.state, NEW.joined_on, NEW.left_on))
    EXECUTE FUNCTION groups_write_spell();
CREATE TRIGGER spell_ended AFTER DELETE ON groups_membership
    FOR EACH ROW EXECUTE FUNCTION groups_write_spell();
"""

_PROXY = """
CREATE FUNCTION groups_write_proxy_spell() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    origin text := COALESCE(current_setting('groups.source', true), '');
BEGIN
    IF origin = 'off' THEN RETURN NULL; END IF;
    origin := COALESCE(NULLIF(origin, ''), 'hand');
    IF TG_OP = 'UPDATE' THEN
        UPDATE groups_proxyspell
        SET ended_on = GREATEST(began_on, groups_source_day()), end_source = origin,
            end_recorded_by_id = groups_source_by(), end_recorded_at = now()
        WHERE member_id = NEW.id AND ended_on IS NULL;
    END IF;
    IF NEW.reached_through_id IS NOT NULL THEN
        INSERT INTO groups_proxyspell (member_id, through_id, began_on, is_estimated, source,
            recorded_by_id, recorded_at, end_source)
        VALUES (NEW.id, NEW.reached_through_id, groups_source_day(), TRUE, origin,
            groups_source_by(), now(), '');
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER proxy_began AFTER INSERT ON groups_member
    FOR EACH ROW WHEN (NEW.reached_through_id IS NOT NULL)
    EXECUTE FUNCTION groups_write_proxy_spell();
CREATE TRIGGER proxy_changed AFTER UPDATE OF reached_through_id ON groups_member
    FOR EACH ROW WHEN (OLD.reached_through_id IS DISTINCT FROM NEW.reached_through_id)
    EXECUTE FUNCTION groups_write_proxy_spell();
"""

# The time before there were spells; a day that nobody stated is that of the record.
BACK_FILL = """
INSERT INTO groups_membershipspell (member_id, group_id, began_on, ended_on, is_estimated, source,
    recorded_at, end_source, end_recorded_at)
SELECT p.member_id, p.group_id,
    COALESCE(p.joined_on, (COALESCE(p.zalo_said_at, now()) AT TIME ZONE 'Asia/Ho_Chi_Minh')::date),
    CASE WHEN p.state = 'left' THEN p.left_on END, TRUE,
    CASE WHEN p.zalo_said_at IS NULL THEN 'hand' ELSE 'zalo' END, now(),
    CASE WHEN p.state <> 'left' THEN '' WHEN p.zalo_said_at IS NULL THEN 'hand' ELSE 'zalo' END,
    CASE WHEN p.state = 'left' THEN now() END
FROM groups_membership p
WHERE p.state = 'joined' OR (p.state = 'left' AND p.joined_on <= p.left_on);
INSERT INTO groups_proxyspell (member_id, through_id, began_on, is_estimated, source, recorded_at,
    end_source)
SELECT id, reached_through_id, (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date, TRUE, 'hand', now(),
    ''
FROM groups_member WHERE reached_through_id IS NOT NULL;
"""

CREATE = _SETTINGS + _MEMBERSHIP + _PROXY
REMOVE = """
DROP TRIGGER proxy_changed ON groups_member;
DROP TRIGGER proxy_began ON groups_member;
DROP FUNCTION groups_write_proxy_spell();
DROP TRIGGER spell_ended ON groups_membership;
DROP TRIGGER spell_changed ON groups_membership;
DROP TRIGGER spell_began ON groups_membership;
DROP FUNCTION groups_write_spell();
DROP FUNCTION groups_end_spell(bigint, bigint, date, text);
DROP FUNCTION groups_source_by();
DROP FUNCTION groups_source_day();
"""
