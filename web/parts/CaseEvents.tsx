import { Timeline } from 'antd';
import { formatInstant, withDays } from '../lib/format.ts';

type Event = { at: string; text: string; by: string };

/** 办理经过. */
export function CaseEvents({ events }: { events: readonly Event[] }) {
  if (events.length === 0) return null;
  return (
    <div>
      <h2 className="section-title">办理经过</h2>
      <Timeline
        items={events.map((event) => ({
          content: (
            <>
              <div>{withDays(event.text)}</div>
              <div className="muted small">
                {event.by}　{formatInstant(event.at)}
              </div>
            </>
          ),
        }))}
      />
    </div>
  );
}
