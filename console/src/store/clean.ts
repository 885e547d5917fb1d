// What cannot be seen and means nothing: a pasted table's NUL or bell, half of a character that a cut left. The server takes no
// text that has them, so they are left out before anything is sent.
const UNSEEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g;
const HALF = /\p{Surrogate}/gu;

export function clean<T>(value: T): T {
    if (typeof value === 'string') {
        return value.replace(/\r\n?/g, '\n').replace(UNSEEN, '').replace(HALF, '') as T;
    }
    if (Array.isArray(value)) {
        return value.map(clean) as T;
    }
    return typeof value === 'object' && value !== null
        ? (Object.fromEntries(Object.entries(value).map(([key, x]) => [key, clean(x) as unknown])) as T)
        : value;
}
