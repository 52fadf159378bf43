package io.ringkv.testing.arch;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/** One Java source file and the sizes of what stands in it. */
record SourceFile(Path path, int lines, Map<String, Integer> linesPerMethod) {
    /** The main code of all modules, found from the directory of the module whose tests run; ordered by path. */
    static List<SourceFile> mainCodeOfAllModules() {
        return read(Stream.of("client", "ratis-kv", "shard-manager", "tests")
                .map(module -> Path.of("..", module, "src/main/java"))
                .flatMap(SourceFile::javaFilesBelow)
                .sorted()
                .toList());
    }

    /** Parses all files by one compiler: starting it costs more than a hundred files. */
    static List<SourceFile> read(List<Path> paths) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            JavacTask task = (JavacTask) compiler.getTask(
                    null, files, null, List.of("-proc:none"), null, files.getJavaFileObjectsFromPaths(paths));
            SourcePositions positions = Trees.instance(task).getSourcePositions();
            List<SourceFile> sources = new ArrayList<>();
            for (CompilationUnitTree unit : task.parse()) {
                Map<String, Integer> lines = new TreeMap<>();
                new MethodSizes(unit, positions).scan(unit, lines);
                Path path = files.asPath(unit.getSourceFile());
                sources.add(new SourceFile(path, Files.readAllLines(path).size(), lines));
            }
            return List.copyOf(sources);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the sources", e);
        }
    }

    private static Stream<Path> javaFilesBelow(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(path -> path.toString().endsWith(".java")).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + directory, e);
        }
    }

    /** Counts from the first line of a method's signature to its closing brace; its Javadoc does not count. */
    private static final class MethodSizes extends TreeScanner<@Nullable Object, Map<String, Integer>> {
        private final CompilationUnitTree unit;
        private final SourcePositions positions;

        MethodSizes(CompilationUnitTree unit, SourcePositions positions) {
            this.unit = unit;
            this.positions = positions;
        }

        @Override
        public @Nullable Object visitMethod(MethodTree method, Map<String, Integer> lines) {
            long first = lineOf(positions.getStartPosition(unit, method));
            long last = lineOf(positions.getEndPosition(unit, method));
            lines.put(method.getName() + " at line " + first, (int) (last - first + 1));
            return super.visitMethod(method, lines);
        }

        private long lineOf(long position) {
            return unit.getLineMap().getLineNumber(position);
        }
    }
}
