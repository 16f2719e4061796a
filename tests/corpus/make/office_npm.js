// Writes documents with packages of npm: docx, exceljs, pptxgenjs, xlsx (SheetJS).  node office_npm.js DIR
const fs=require("fs"),out=process.argv[2]+"/";
const docx=require("docx");
async function word(){
 const {Document,Packer,Paragraph,TextRun,Header,Footer,Comment,CommentRangeStart,CommentRangeEnd,CommentReference,FootnoteReferenceRun,InsertedTextRun,DeletedTextRun,ExternalHyperlink,Bookmark,Table,TableRow,TableCell,CheckBox,MathRun,Math:M,MathFraction}=docx;
 const T=t=>new Paragraph({children:[new TextRun(t)]});
 const d=new Document({title:"zqtitle",subject:"zqsubject",creator:"zqcreator",keywords:"zqkeyword",description:"zqdescription",lastModifiedBy:"zqlastmod",
  customProperties:[{name:"zqpropname",value:"zqpropvalue"}],
  comments:{children:[{id:0,author:"zqcommentauthor",initials:"CY",date:new Date(),children:[T("zqcomment")]}]},
  footnotes:{1:{children:[T("zqfootnote")]}},
  styles:{paragraphStyles:[{id:"Secret",name:"zqstylename",run:{vanish:true}}]},
  features:{trackRevisions:true},
  sections:[{properties:{titlePage:true},headers:{default:new Header({children:[T("zqheaderright")]}),first:new Header({children:[T("zqheaderfirst")]}),even:new Header({children:[T("zqheaderleft")]})},footers:{default:new Footer({children:[T("zqfooterright")]})},
  children:[T("zqbody"),new Paragraph({style:"Secret",children:[new TextRun("zqhiddenstyle")]}),new Paragraph({children:[new TextRun({text:"zqhiddenrun",vanish:true}),new CommentRangeStart(0),new TextRun("on"),new CommentRangeEnd(0),new TextRun({children:[new CommentReference(0)]}),new FootnoteReferenceRun(1),new InsertedTextRun({text:"zqinserted",id:1,author:"zqinsauthor",date:"2024-01-01T00:00:00Z"}),new DeletedTextRun({text:"zqdeleted",id:2,author:"zqdelauthor",date:"2024-01-01T00:00:00Z"}),new ExternalHyperlink({link:"https://zqlinktarget.example/",children:[new TextRun("zqlinktext")]}),new Bookmark({id:"zqbookmark",children:[new TextRun("zqbooktext")]})]}),
   new Table({rows:[new TableRow({children:[new TableCell({children:[T("zqcella")]}),new TableCell({children:[T("zqcellb")]})]})]}),
   new Paragraph({children:[new M({children:[new MathFraction({numerator:[new MathRun("zqnumerator")],denominator:[new MathRun("zqdenominator")]})]})]}),
   new Paragraph({children:[new CheckBox({alias:"zqcontroltitle",checked:true})]})]}]});
 fs.writeFileSync(out+"text-docxjs.docx",await Packer.toBuffer(d));
}
async function sheet(){
 const E=require("exceljs");const w=new E.Workbook();w.creator="zqcreator";w.title="zqtitle";w.company="zqcompany";w.manager="zqmanager";w.category="zqcategory";w.keywords="zqkeyword";w.subject="zqsubject";w.description="zqdescription";
 const s=w.addWorksheet("zqsheetname",{headerFooter:{oddHeader:"&Lzqsheetheaderl&Czqsheetheaderc",oddFooter:"zqsheetfooter",firstHeader:"zqheaderfirst",evenFooter:"zqfootereven",differentFirst:true,differentOddEven:true}});
 s.getCell("A1").value={richText:[{text:"zqri"},{font:{bold:true},text:"chtext"}]};s.getCell("B1").value="zqcellb";s.getCell("B1").note="zqcomment";
 s.getCell("A2").value=1234567890123456;s.getCell("B2").value=new Date(Date.UTC(2024,1,29));s.getCell("B2").numFmt="dd.mm.yyyy";s.getCell("C2").value=73219.5;s.getCell("C2").numFmt="#,##0.00";
 s.getCell("A3").value={formula:'"zqformula"&"x"',result:"zqformularesult"};s.getCell("B3").value={text:"zqlinktext",hyperlink:"https://zqlinktarget.example/",tooltip:"zqlinktip"};
 s.getCell("A4").value="zqhiddenrow";s.getRow(4).hidden=true;s.getCell("F1").value="zqhiddencol";s.getColumn(6).hidden=true;
 s.getCell("D1").dataValidation={type:"list",formulae:['"zqvalidlist,zqvalidlist2"'],showErrorMessage:true,errorTitle:"zqerrtitle",error:"zqerrtext",promptTitle:"zqhelptitle",prompt:"zqhelptext",showInputMessage:true};
 s.addConditionalFormatting({ref:"A1:A9",rules:[{type:"containsText",operator:"containsText",text:"zqcondtext",style:{}}]});
 s.addTable({name:"zqtablename",ref:"H1",headerRow:true,totalsRow:true,columns:[{name:"zqcolname",totalsRowLabel:"zqtotals"},{name:"n",totalsRowFunction:"sum"}],rows:[["zqtablecell",31415]]});
 w.definedNames.add("'zqsheetname'!$A$1","zqdefname");
 const h=w.addWorksheet("zqhiddensheetname",{state:"hidden"});h.getCell("A1").value="zqhiddensheet";const v=w.addWorksheet("zqveryhiddenname",{state:"veryHidden"});v.getCell("A1").value="zqveryhidden";
 await w.xlsx.writeFile(out+"sheet-exceljs.xlsx");
}
async function ppt(){
 const P=require("pptxgenjs");const p=new P();p.author="zqcreator";p.company="zqcompany";p.subject="zqsubject";p.title="zqtitle";
 p.defineSlideMaster({title:"zqmastername",objects:[{text:{text:"zqmastertext",options:{x:1,y:1}}}]});
 p.addSection({title:"zqsection"});
 const s=p.addSlide({masterName:"zqmastername",sectionTitle:"zqsection"});s.addText("zqbody",{x:1,y:2,w:3,h:1,altText:"zqshapedesc",objectName:"zqshapename"});s.addText([{text:"zqlinktext",options:{hyperlink:{url:"https://zqlinktarget.example/",tooltip:"zqlinktip"}}}],{x:1,y:3,w:3,h:1});
 s.addTable([["zqcella","zqcellb"]],{x:1,y:4});s.addNotes("zqnotes");
 s.addChart(p.ChartType.bar,[{name:"zqchartseries",labels:["zqchartcata","zqchartcatb"],values:[31415,27182]}],{x:4,y:1,w:4,h:3,showTitle:true,title:"zqcharttitle",showCatAxisTitle:true,catAxisTitle:"zqcharxaxis",showValAxisTitle:true,valAxisTitle:"zqcharyaxis",altText:"zqchartdesc"});
 const h=p.addSlide();h.hidden=true;h.addText("zqhiddenslide",{x:1,y:1,w:3,h:1});
 await p.writeFile({fileName:out+"slides-pptxgenjs.pptx"});
}
function sheetjs(){
 const X=require("xlsx");const w=X.utils.book_new();
 const a=X.utils.aoa_to_sheet([["zqcella","zqcellb"],[1234567890123456,73219.5],[new Date(2024,1,29),true],["zqhiddenrow",1]]);
 a.A1.c=[{a:"zqcommentauthor",t:"zqcomment"}];a.B1.l={Target:"https://zqlinktarget.example/",Tooltip:"zqlinktip"};a.C1={t:"s",v:"zqformularesult",f:'"zqformula"&"x"'};a["!ref"]="A1:C4";a["!rows"]=[,,,{hidden:true}];
 X.utils.book_append_sheet(w,a,"zqsheetname");const b=X.utils.aoa_to_sheet([["zqhiddensheet"]]);X.utils.book_append_sheet(w,b,"zqhiddenname");
 w.Workbook={Sheets:[{Hidden:0},{Hidden:1}],Names:[{Name:"zqdefname",Ref:"zqsheetname!$A$1"}]};w.Props={Title:"zqtitle",Author:"zqcreator",Company:"zqcompany"};w.Custprops={zqpropname:"zqpropvalue"};
 for(const [t,e] of [["xlsx","xlsx"],["xlsb","xlsb"],["biff8","xls"],["biff5","b5.xls"],["biff4","b4.xls"],["biff3","b3.xls"],["biff2","b2.xls"],["xlml","xml"],["ods","ods"],["fods","fods"],["csv","csv"],["sylk","slk"],["dif","dif"],["dbf","dbf"],["wk3","wk3"]]){
  try{X.writeFile(w,out+"sheet-sheetjs."+e,{bookType:t,cellDates:false});}catch(x){console.log("fail",t,x.message)}
 }
}
(async()=>{for(const f of [word,sheet,ppt,sheetjs]){try{await f()}catch(e){console.log(f.name,e.message)}}})();
