// Puts a .gz beside every file of a folder that gets smaller by it: the server sends it as it lies there.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync, constants } from 'node:zlib';

let total = 0;
for (const entry of readdirSync(process.argv[2], { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath ?? entry.path, entry.name);
    if (entry.isFile() && !file.endsWith('.gz')) {
        const plain = readFileSync(file);
        const packed = gzipSync(plain, { level: constants.Z_BEST_COMPRESSION });
        if (packed.length < plain.length) {
            writeFileSync(`${file}.gz`, packed);
        }
        total += Math.min(packed.length, plain.length);
    }
}
console.log(`${Math.ceil(total / 1024)} KiB compressed`);
if (total > 400 * 1024) {
    console.error('more than 400 KiB compressed');
    process.exitCode = 1;
}
