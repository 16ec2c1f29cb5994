import type { ColumnMapping } from '../mapping/import-field';
import { isOtherCalendar, writtenDate, type WrittenDate } from './dates';
import type { DateOrder } from './imported-person';

export interface DateVerdict {
  /**
   * NONE: no date depends on it. DECIDED: `order` fits all. AMBIGUOUS: nothing tells day from month. CONFLICTING: some have the day first, some the month.
   * OTHER_CALENDAR: many years are to come, so that also years that look right (2015 for 1958) are of another calendar. In the last three a person must say.
   */
  state: 'NONE' | 'DECIDED' | 'AMBIGUOUS' | 'CONFLICTING' | 'OTHER_CALENDAR';
  order: DateOrder | null;
  /** Rows that settle it, and rows that could be read in two ways. */
  counts: { dates: number; dayFirst: number; monthFirst: number; open: number; otherCalendar: number };
}

/** Learns over the rows of a file which number of its dates is the day. */
export class DateOrderDetector {
  private readonly columns: number[];
  private readonly counts = { dates: 0, dayFirst: 0, monthFirst: 0, open: 0, otherCalendar: 0 };

  constructor(
    mapping: readonly ColumnMapping[],
    private readonly settings: { today: string; languages?: readonly string[] },
  ) {
    this.columns = mapping.filter(({ field }) => field === 'birthDate').map(({ column }) => column);
  }

  add(cells: readonly string[]): this {
    for (const column of this.columns) {
      const written = writtenDate(cells[column] ?? '', this.settings.languages);
      if (written) this.count(written);
    }
    return this;
  }

  verdict(): DateVerdict {
    const { dates, dayFirst, monthFirst, open, otherCalendar } = this.counts;
    const answer = (state: DateVerdict['state'], order: DateOrder | null = null): DateVerdict => ({ state, order, counts: { ...this.counts } });
    if (otherCalendar > dates / 10) return answer('OTHER_CALENDAR');
    if (dayFirst > 0 && monthFirst > 0) return answer('CONFLICTING');
    if (dayFirst > 0) return answer('DECIDED', 'DMY');
    if (monthFirst > 0) return answer('DECIDED', 'MDY');
    return answer(open > 0 ? 'AMBIGUOUS' : 'NONE');
  }

  private count(written: WrittenDate): void {
    this.counts.dates += 1;
    if ('year' in written && written.year.length === 4 && isOtherCalendar(Number(written.year), Number(this.settings.today.slice(0, 4)))) this.counts.otherCalendar += 1;
    if (written.form === 'SHORT_NUMBERS' && written.numbers[2] <= 31) this.counts.open += 1;
    else if (written.form === 'SHORT_NUMBERS') this.weigh(written.numbers[0], written.numbers[1]);
    else if (written.form === 'NUMBERS') this.weigh(written.first, written.second);
  }

  private weigh(first: number, second: number): void {
    if (first > 12 && second <= 12) this.counts.dayFirst += 1;
    else if (second > 12 && first <= 12) this.counts.monthFirst += 1;
    else if (first !== second) this.counts.open += 1;
  }
}
