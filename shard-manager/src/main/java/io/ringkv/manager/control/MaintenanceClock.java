package io.ringkv.manager.control;

import io.ringkv.common.id.ServerId;
import io.ringkv.manager.state.ClusterCommand;
import io.ringkv.manager.state.CountMaintenance;
import io.ringkv.manager.state.EndMaintenance;
import io.ringkv.manager.state.Maintenance;
import io.ringkv.manager.state.RegisteredServer;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Counts how long servers have been worked on. The count is soft state of one leadership, since no two managers share a
 * clock; what is left is logged now and then, so that the next leader goes on from there: at each failover a maintenance
 * grows by no more than was not logged yet, a minute, or a twentieth of what is left, whichever is more. Belongs to the
 * control thread.
 */
final class MaintenanceClock {

    /** Less than this is not worth an entry in the log. */
    private static final long LOGGED_MILLIS_LEAST = 60_000;

    private static final long LOGGED_SHARE = 20;

    private final Map<ServerId, Begun> begun = new TreeMap<>();

    /** Looks at all servers; what is to be logged of their maintenance now. */
    Map<ServerId, ClusterCommand> due(Collection<RegisteredServer> servers, long nowMillis) {
        Map<ServerId, ClusterCommand> due = new TreeMap<>();
        for (RegisteredServer server : servers) {
            Maintenance maintenance = server.maintenance();
            ServerId id = server.record().id();
            if (maintenance == null) {
                begun.remove(id);
                continue;
            }
            if (!isOf(begun.get(id), maintenance)) {
                begun.put(id, new Begun(maintenance, nowMillis));
            }
            long left = leftMillis(server, nowMillis);
            if (left == 0) {
                due.put(id, new EndMaintenance(id, maintenance.number()));
            } else if (maintenance.millis() - left
                    >= Math.max(LOGGED_MILLIS_LEAST, maintenance.millis() / LOGGED_SHARE)) {
                due.put(id, new CountMaintenance(id, maintenance.number(), left));
            }
        }
        return due;
    }

    /** What is left of a server's maintenance; 0 if it is not worked on. */
    long leftMillis(RegisteredServer server, long nowMillis) {
        Maintenance maintenance = server.maintenance();
        if (maintenance == null) {
            return 0;
        }
        Begun known = begun.get(server.record().id());
        long spent = known == null || !isOf(known, maintenance) ? 0 : nowMillis - known.sinceMillis();
        return Math.max(0, maintenance.millis() - spent);
    }

    private static boolean isOf(@Nullable Begun known, Maintenance maintenance) {
        return known != null && known.maintenance().equals(maintenance);
    }

    /** When this leadership first saw a mark with so much time left. */
    private record Begun(Maintenance maintenance, long sinceMillis) {}
}
