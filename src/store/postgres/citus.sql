-- Spreads shops over the workers of a Citus cluster. Run it once, on the coordinator, as the owner of the tables,
-- after Zaiku has made them (its first start does) and best before there is much in them:
--
--   psql "$DATABASE_URL" -v ON_ERROR_STOP=1 -f src/store/postgres/citus.sql
--
-- Every table is distributed by shop_id and placed together with `shop`, so all rows of a shop are on one worker,
-- and a batch is one transaction there. What this rests on, and tests hold to:
--   * shop_id leads every primary key, every index and every condition; no statement spans shops but the
--     operator's list of them and the number of the next new one;
--   * there are no foreign keys and no sequences: numbers inside a shop are counted in its own row of `shop`.
-- zaiku_migration and zaiku_migration_lock stay on the coordinator.
--
-- A preview (the dry run of an import) lays temporary tables of its session over the shop's; where the coordinator
-- refuses to join the two, dry runs need a plain PostgreSQL.

begin;

select create_distributed_table('shop', 'shop_id', shard_count => 64);
select create_distributed_table('batch', 'shop_id', colocate_with => 'shop');
select create_distributed_table('sku_batch', 'shop_id', colocate_with => 'shop');
select create_distributed_table('buyer_sku', 'shop_id', colocate_with => 'shop');
select create_distributed_table('order_line', 'shop_id', colocate_with => 'shop');
select create_distributed_table('sku', 'shop_id', colocate_with => 'shop');
select create_distributed_table('stock', 'shop_id', colocate_with => 'shop');
select create_distributed_table('placement', 'shop_id', colocate_with => 'shop');
select create_distributed_table('channel', 'shop_id', colocate_with => 'shop');
select create_distributed_table('warehouse', 'shop_id', colocate_with => 'shop');
select create_distributed_table('listing', 'shop_id', colocate_with => 'shop');
select create_distributed_table('sale', 'shop_id', colocate_with => 'shop');
select create_distributed_table('record', 'shop_id', colocate_with => 'shop');
select create_distributed_table('document', 'shop_id', colocate_with => 'shop');
select create_distributed_table('outbox', 'shop_id', colocate_with => 'shop');
select create_distributed_table('lease', 'shop_id', colocate_with => 'shop');
select create_distributed_table('delivery', 'shop_id', colocate_with => 'shop');
select create_distributed_table('report_day', 'shop_id', colocate_with => 'shop');
select create_distributed_table('report_sku', 'shop_id', colocate_with => 'shop');
select create_distributed_table('report_column', 'shop_id', colocate_with => 'shop');
select create_distributed_table('commit_mark', 'shop_id', colocate_with => 'shop');
select create_distributed_table('activity', 'shop_id', colocate_with => 'shop');
select create_distributed_table('activity_head', 'shop_id', colocate_with => 'shop');
select create_distributed_table('room_sample', 'shop_id', colocate_with => 'shop');
select create_distributed_table('work_event', 'shop_id', colocate_with => 'shop');
select create_distributed_table('work_head', 'shop_id', colocate_with => 'shop');
select create_distributed_table('photo', 'shop_id', colocate_with => 'shop');
select create_distributed_table('order_side', 'shop_id', colocate_with => 'shop');

commit;
