import { type ChartTheme, dark, light, namedColours } from '../theme.js';

const variables = (theme: ChartTheme): string =>
  namedColours(theme)
    .map(([name, colour]) => `--${name}:${colour}`)
    .join(';');

/** The report's style: the charts' colours as variables, light or dark by the reader's setting, light on paper. */
export const style = `
:root{color-scheme:light dark;${variables(light)};--note:#2f6690;--warning:#8f5b00;--problem:#b3261e;--healthy:#3f6f4e}
@media screen and (prefers-color-scheme:dark){:root{${variables(dark)};--note:#8cc0e8;--warning:#e3b45c;--problem:#ff9289;--healthy:#93c5a3}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;scroll-behavior:smooth}
body{margin:0;background:var(--surface);color:var(--ink);font:1rem/1.6 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main{max-width:47.5rem;margin:0 auto;padding:3.5rem 1rem 5rem;box-sizing:content-box}
@media (max-width:50rem){main{box-sizing:border-box;padding:2rem 1rem 3rem}}
h1{font-size:1.9rem;line-height:1.2;letter-spacing:-.015em;margin:0 0 .5rem;overflow-wrap:anywhere}
h2{font-size:1.35rem;line-height:1.3;letter-spacing:-.01em;margin:0 0 .75rem}
h3{font-size:1rem;margin:1.75rem 0 .25rem}
section{margin-top:3.5rem;padding-top:2rem;border-top:1px solid var(--rule)}
p{margin:0 0 1rem;max-width:41rem}
.lead{font-size:1.1rem;color:var(--muted);margin-bottom:1.5rem}
a{color:var(--accent);text-underline-offset:.15em}
code{font:.875em/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:anywhere}
nav ul{list-style:none;display:flex;flex-wrap:wrap;gap:.25rem 1.1rem;margin:1.5rem 0 0;padding:0;font-size:.9375rem}
.shared{color:var(--muted);font-size:.875rem;margin:1.25rem 0 0}
h3+.shared{margin-top:0}.shared+.table{margin-top:.75rem}
.legend{font-size:.875rem;margin:.25rem 0 0}
.legend+figure{margin-top:.5rem}
.verdict{margin:1.5rem 0 0}
dl{margin:1.5rem 0 0}
dl.facts{display:grid;grid-template-columns:repeat(auto-fill,minmax(10rem,1fr));gap:1rem 1.5rem}
dl.facts div.broad{grid-column:1/-1}
dt{color:var(--muted);font-size:.8125rem}
dd{margin:0;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
dl.settings{columns:2;column-gap:2.5rem;margin-top:0}
dl.settings div{display:flex;justify-content:space-between;gap:1rem;padding:.3rem 0;border-bottom:1px solid var(--rule);break-inside:avoid}
dl.settings dt{font-size:.9375rem;flex:none;max-width:60%}
dl.settings dd{text-align:right;min-width:0}
figure{margin:1.25rem 0;break-inside:avoid}
figure svg{display:block;width:100%;height:auto}
figure .narrow{display:none}
figcaption{color:var(--muted);font-size:.875rem;line-height:1.5;margin-top:.35rem;max-width:41rem}
.row{display:grid;gap:1rem;grid-template-columns:repeat(2,minmax(0,1fr))}
.row.three{grid-template-columns:repeat(3,minmax(0,1fr))}
.row figure{margin:.25rem 0}
.image svg path{shape-rendering:crispEdges}
.table{overflow-x:auto;margin:1.25rem 0;break-inside:avoid;
background:linear-gradient(to left,var(--surface) 40%,transparent) right/3rem 100% no-repeat local,linear-gradient(to left,var(--rule),transparent) right/1rem 100% no-repeat scroll}
table{border-collapse:collapse;font-size:.9375rem;font-variant-numeric:tabular-nums;width:100%}
td code{font-size:.8em}
caption{text-align:left;color:var(--muted);font-size:.875rem;padding-bottom:.35rem}
th,td{padding:.3rem 0 .3rem 1.25rem;text-align:right;white-space:nowrap;border-bottom:1px solid var(--rule);font-weight:400}
th:first-child,td:first-child{text-align:left;padding-left:0}
thead th{color:var(--muted);font-size:.8125rem;border-bottom-color:var(--muted)}
thead td{border-bottom:0}
th[scope=colgroup]{border-bottom:0;padding-bottom:0;color:var(--ink);text-align:center;font-weight:600}
.key{display:inline-block;width:1.1rem;border-top:3px solid;margin-right:.55rem;vertical-align:.25em}
.key.box{height:.8rem;border:1px solid var(--muted);vertical-align:-.08em}
.item{display:inline-block;margin-right:1rem}
.reading,.findings li{border-left:3px solid var(--tone);padding:.1rem 0 .1rem .9rem;margin:0 0 .75rem;max-width:41rem;break-inside:avoid}
.reading b,.findings b{color:var(--tone)}
.healthy{--tone:var(--healthy)}.note{--tone:var(--note)}.warning{--tone:var(--warning)}.problem{--tone:var(--problem)}
.findings,.samples{list-style:none;margin:1.25rem 0 0;padding:0}
.findings .place{color:var(--muted)}
.findings li{overflow-wrap:anywhere}
.samples{display:grid;grid-template-columns:repeat(auto-fill,minmax(9.5rem,1fr));gap:.35rem .75rem}
.samples li{white-space:pre-wrap;overflow-wrap:anywhere}
@media screen and (max-width:44rem){
h1{font-size:1.5rem}h2{font-size:1.2rem}
section{margin-top:2.5rem;padding-top:1.5rem}
figure .wide{display:none}
figure .narrow{display:block}
.row,.row.three{grid-template-columns:minmax(0,1fr)}
figure svg{max-width:30rem;margin:0 auto}
dl.settings{columns:1}
dl.facts{grid-template-columns:repeat(2,minmax(0,1fr))}
table{font-size:.8125rem}thead th{font-size:.75rem}
th,td{padding-left:.6rem}thead th{white-space:normal;vertical-align:bottom}
.key{width:.8rem;margin-right:.4rem}
}
@media print{
@page{margin:18mm 16mm}
html{font-size:10.5pt}
main{max-width:none;padding:0}
nav{display:none}
section{margin-top:1.6rem;padding-top:1.2rem}
h2,h3,section>p:not(.reading){break-after:avoid}
section>p{break-inside:avoid}
h3{margin-top:1rem}
figure{margin:.6rem 0}
.table{overflow:visible;background:none}
table{font-size:.875rem;line-height:1.4}
th,td{padding-top:.12rem;padding-bottom:.12rem}
body{background:#fff}
*{-webkit-print-color-adjust:exact;print-color-adjust:exact}
}
`;
