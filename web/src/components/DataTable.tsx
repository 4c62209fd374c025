import type { ReactNode } from 'react';

export interface Column<Row> {
  name: string;
  label: string;
  cell: (row: Row) => ReactNode;
  /** Numbers stand at the right, below each other. */
  numeric?: boolean;
  /** What the row is called: read out with each of its cells; in bold on narrow screens. */
  heading?: boolean;
  /** The label is only read out. */
  quietLabel?: boolean;
  /** On narrow screens it needs no label. */
  bare?: boolean;
  className?: string;
}

interface Props<Row> {
  caption: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  keyOf: (row: Row) => string;
  /** On narrow screens the cells of a row stand beside each other below its heading. */
  compact?: boolean;
}

const side = (numeric: boolean | undefined) => (numeric ? 'md:text-right md:whitespace-nowrap numbers' : 'md:text-left');

/** Rows and columns; on narrow screens each row is a block of its own. The roles keep it a table for screen readers there. */
export function DataTable<Row>({ caption, columns, rows, keyOf, compact = false }: Props<Row>) {
  return (
    <table role="table" className="w-full border-collapse max-md:block">
      <caption className="sr-only">{caption}</caption>
      <thead role="rowgroup" className="max-md:sr-only">
        <tr role="row">
          {columns.map((column) => (
            <th
              key={column.name}
              role="columnheader"
              scope="col"
              className={`border-b border-line px-2 py-1.5 text-sm font-medium whitespace-nowrap text-quiet first:pl-0 last:pr-0 ${side(column.numeric)}`}
            >
              {column.quietLabel ? <span className="sr-only">{column.label}</span> : column.label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup" className="max-md:flex max-md:flex-col">
        {rows.map((row) => (
          <tr key={keyOf(row)} role="row" className={`border-b border-line align-baseline max-md:flex max-md:py-3 ${compact ? 'max-md:flex-wrap max-md:items-baseline max-md:gap-x-4' : 'max-md:flex-col max-md:gap-1'}`}>
            {columns.map((column) => {
              const look = `md:px-2 md:py-2 md:first:pl-0 md:last:pr-0 ${side(column.numeric)} ${column.className ?? ''}`;
              if (column.heading)
                return (
                  <th key={column.name} role="rowheader" scope="row" className={`text-left font-medium max-md:w-full ${look}`}>
                    {column.cell(row)}
                  </th>
                );
              return (
                <td key={column.name} role="cell" className={`max-md:flex max-md:items-baseline ${compact ? 'max-md:gap-1.5' : 'max-md:justify-between max-md:gap-4'} ${look}`}>
                  {!column.quietLabel && !column.bare && (
                    <span aria-hidden="true" className="shrink-0 text-sm text-quiet md:hidden">
                      {column.label}
                    </span>
                  )}
                  <span className="min-w-0 max-md:text-right">{column.cell(row)}</span>
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
