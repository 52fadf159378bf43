package io.ringkv.manager.placement;

/**
 * How many shards two servers share. A row is counted when it is first asked for and kept up to date from then on, because
 * only few servers are ever asked for.
 *
 * <p>Used by one thread.
 */
final class Companions {

    private final Layout layout;
    private final int[][] rows;

    Companions(Layout layout) {
        this.layout = layout;
        this.rows = new int[layout.servers()][];
    }

    /** Sum over the shard's voters, except one, of the shards each shares with the server. */
    long sharedWith(int server, int shard, int except) {
        int[] row = rows[server];
        if (row == null) {
            row = count(server);
            rows[server] = row;
        }
        long sum = 0;
        for (int voter : layout.voters(shard)) {
            if (voter != except && voter != server) {
                sum += row[voter];
            }
        }
        return sum;
    }

    private int[] count(int server) {
        int[] row = new int[layout.servers()];
        for (int shard : layout.shardsOn(server)) {
            for (int voter : layout.voters(shard)) {
                row[voter]++;
            }
        }
        return row;
    }

    /** To be told before the shard's voters change. */
    void forget(int shard) {
        add(shard, -1);
    }

    /** To be told after the shard's voters have changed. */
    void learn(int shard) {
        add(shard, 1);
    }

    private void add(int shard, int difference) {
        for (int voter : layout.voters(shard)) {
            int[] row = rows[voter];
            if (row != null) {
                for (int other : layout.voters(shard)) {
                    row[other] += difference;
                }
            }
        }
    }
}
