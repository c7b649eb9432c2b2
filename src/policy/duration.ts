const UNITS: Readonly<Record<string, number>> = {
  d: 86_400_000,
  h: 3_600_000,
  m: 60_000,
  s: 1_000,
};

/**
 * The milliseconds of `24h`, `90m`, `2d`, `30s` or an ISO 8601 duration of days and smaller (`P1DT12H`); null when
 * it is neither, or zero.
 */
export function parseDuration(text: string): number | null {
  const short = /^([0-9]{1,6})([dhms])$/.exec(text);
  const iso =
    /^P(?:([0-9]{1,6})D)?(?:T(?:([0-9]{1,6})H)?(?:([0-9]{1,6})M)?(?:([0-9]{1,6})S)?)?$/.exec(text);
  const [, days, hours, minutes, seconds] = iso ?? [];
  const milliseconds =
    short === null
      ? amount(days, 'd') + amount(hours, 'h') + amount(minutes, 'm') + amount(seconds, 's')
      : amount(short[1], short[2] ?? '');
  return milliseconds > 0 ? milliseconds : null;
}

function amount(digits: string | undefined, unit: string): number {
  return digits === undefined ? 0 : Number(digits) * (UNITS[unit] ?? 0);
}
