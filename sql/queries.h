/* SQL that C uses, by name: the text stands in sql/queries/NAME.sql, is embedded at build by
 * sql/embed and can be run by hand. C holds no SQL of its own. */
#ifndef SQL_QUERIES_H
#define SQL_QUERIES_H

extern const char sql_access_append[];
extern const char sql_access_glass[];
extern const char sql_access_glass_of[];
extern const char sql_access_head[];
extern const char sql_access_page[];
extern const char sql_address_known[];
extern const char sql_addresses_known[];
extern const char sql_begin[];
extern const char sql_commit[];
extern const char sql_credential_delete[];
extern const char sql_credential_get[];
extern const char sql_credential_set[];
extern const char sql_erase_due[];
extern const char sql_erase_find[];
extern const char sql_erase_refs[];
extern const char sql_lease_end_holder[];
extern const char sql_lease_raise[];
extern const char sql_lease_read[];
extern const char sql_lease_release[];
extern const char sql_lease_renew[];
extern const char sql_log_append[];
extern const char sql_log_extend[];
extern const char sql_log_hash_at[];
extern const char sql_log_head[];
extern const char sql_log_page[];
extern const char sql_log_range_hash[];
extern const char sql_log_room[];
extern const char sql_log_session[];
extern const char sql_log_tail[];
extern const char sql_migrate_list[];
extern const char sql_migrate_lock[];
extern const char sql_migrate_note[];
extern const char sql_migrate_owner[];
extern const char sql_migrate_roles[];
extern const char sql_migrate_schema[];
extern const char sql_migrate_table[];
extern const char sql_migrate_world[];
extern const char sql_personal_erased[];
extern const char sql_personal_read[];
extern const char sql_project_assignments[];
extern const char sql_project_clear[];
extern const char sql_project_cursor[];
extern const char sql_project_incidents[];
extern const char sql_project_lock[];
extern const char sql_project_move[];
extern const char sql_project_reports[];
extern const char sql_project_session[];
extern const char sql_project_units[];
extern const char sql_project_whole[];
extern const char sql_role_none[];
extern const char sql_role_writer[];
extern const char sql_rollback[];
extern const char sql_server_check[];
extern const char sql_session_create[];
extern const char sql_session_end[];
extern const char sql_session_end_user[];
extern const char sql_session_find[];
extern const char sql_session_purge[];
extern const char sql_session_touch[];
extern const char sql_sessions_live[];
extern const char sql_sessions_users[];
extern const char sql_track_keep[];
extern const char sql_track_read[];
extern const char sql_track_session[];
extern const char sql_track_write[];
extern const char sql_verify_chain[];
extern const char sql_verify_counts[];
extern const char sql_verify_personal[];
extern const char sql_world_renew[];
extern const char sql_world_set[];

#endif
