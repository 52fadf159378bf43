package io.ringkv.manager.control;

import io.ringkv.common.id.ServerId;
import io.ringkv.manager.state.EndMaintenance;
import io.ringkv.manager.state.Maintenance;
import io.ringkv.manager.state.RegisteredServer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Counts how long servers have been worked on. Soft state of one leadership: the next one grants the full time again, since
 * no two managers share a clock. Belongs to the control thread.
 */
final class MaintenanceClock {

    private final Map<ServerId, Begun> begun = new TreeMap<>();

    /** Looks at all servers; those whose time is over by now. */
    List<EndMaintenance> over(Collection<RegisteredServer> servers, long nowMillis) {
        List<EndMaintenance> over = new ArrayList<>();
        for (RegisteredServer server : servers) {
            Maintenance maintenance = server.maintenance();
            ServerId id = server.record().id();
            if (maintenance == null) {
                begun.remove(id);
                continue;
            }
            Begun known = begun.get(id);
            if (known == null || known.number() != maintenance.number()) {
                known = new Begun(maintenance.number(), nowMillis);
                begun.put(id, known);
            }
            if (nowMillis - known.sinceMillis() >= maintenance.millis()) {
                over.add(new EndMaintenance(id, maintenance.number()));
            }
        }
        return over;
    }

    /** What is left of a server's maintenance; 0 if it is not worked on. */
    long leftMillis(RegisteredServer server, long nowMillis) {
        Maintenance maintenance = server.maintenance();
        if (maintenance == null) {
            return 0;
        }
        @Nullable Begun known = begun.get(server.record().id());
        long spent = known == null || known.number() != maintenance.number() ? 0 : nowMillis - known.sinceMillis();
        return Math.max(0, maintenance.millis() - spent);
    }

    /** When this leadership first saw a mark. */
    private record Begun(long number, long sinceMillis) {}
}
