package io.ringkv.server.storage.mapdb;

import java.io.IOException;
import org.mapdb.DataInput2;
import org.mapdb.DataOutput2;
import org.mapdb.serializer.GroupSerializerObjectArray;

/**
 * Values of the tree: a record, or, when that is big, the {@link Long} number of the place beside the tree that holds it.
 * Small records inside the nodes make scans and snapshots fast; big ones there would make every write of a neighbour slow.
 */
final class CellSerializer extends GroupSerializerObjectArray<Object> {

    @Override
    public void serialize(DataOutput2 out, Object cell) throws IOException {
        if (cell instanceof Long place) {
            out.packInt(0);
            out.packLong(place);
        } else {
            byte[] record = (byte[]) cell;
            out.packInt(record.length + 1);
            out.write(record);
        }
    }

    @Override
    public Object deserialize(DataInput2 input, int available) throws IOException {
        int length = input.unpackInt();
        if (length == 0) {
            return input.unpackLong();
        }
        byte[] record = new byte[length - 1];
        input.readFully(record);
        return record;
    }

    @Override
    public Object valueArrayBinaryGet(DataInput2 input, int keysLength, int position) throws IOException {
        for (int i = 0; i < position; i++) {
            int length = input.unpackInt();
            if (length == 0) {
                input.unpackLong();
            } else {
                input.setPos(input.getPos() + length - 1);
            }
        }
        return deserialize(input, -1);
    }

    @Override
    public boolean isTrusted() {
        return true;
    }
}
