import * as feeds from "../layouts/feeds.js";
import { escape, host } from "../layouts/parts.js";

export const data = feeds.data("atom.xml");

const entry = (item) => `<entry>
<title>${escape(item.title)}</title>
<id>${item.url}</id>
<link rel="alternate" type="text/html" href="${item.url}"/>
<published>${item.date.toISOString()}</published>
<updated>${item.date.toISOString()}</updated>
<author><name>${item.author}</name></author>
${item.categories.map((name) => `<category term="${escape(name)}"/>`).join("\n")}
<summary>${escape(item.lead)}</summary>
<content type="html">${escape(item.text)}</content>
</entry>`;

export function render({ feed }) {
  const items = feeds.items(feed);
  return `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de">
<title>${feeds.title(feed)}</title>
<id>${host}${feed.url}</id>
<updated>${items[0].date.toISOString()}</updated>
<link rel="self" type="application/atom+xml" href="${host}${feed.url}atom.xml"/>
<link rel="alternate" type="text/html" href="${host}${feed.url}"/>
<author><name>Messportal</name></author>
${items.map(entry).join("\n")}
</feed>
`;
}
