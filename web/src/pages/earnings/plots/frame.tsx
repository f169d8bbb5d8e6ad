import type { ReactNode } from 'react';

interface PlotFrameProps {
  title: string;
  /** Of all that the plot shows. */
  total: string;
  /** The same in rows: what is seen can be read. */
  head: readonly string[];
  rows: readonly (readonly [key: string, ...cells: ReactNode[]])[];
  children: ReactNode;
}

/** A plot, its total above it, and the same as a table on request. */
export function PlotFrame({ title, total, head, rows, children }: PlotFrameProps) {
  return (
    <section className="panel stack-3">
      <div className="plot-head">
        <h2>{title}</h2>
        <p className="soft number">{total}</p>
      </div>
      {children}
      <details>
        <summary>As a table</summary>
        <div className="table-frame">
          <table aria-label={title}>
            <thead>
              <tr>
                {head.map((name) => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map(([key, ...cells]) => (
                <tr key={key}>
                  {cells.map((cell, nth) => (
                    <td key={head[nth]} className="number" data-name={head[nth]}>
                      {cell}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </section>
  );
}
