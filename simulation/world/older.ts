/**
 * The app as an older version of it is: in the bundle, what this imports is built a second time with `OLDER_LACKS` taken out of its tables.
 */
export { Device } from '../../sync/device/device.ts';
