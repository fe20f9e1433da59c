/**
 * Medicines that harm a pregnancy, each with its source.
 *
 * `critical`: contraindicated, or under a boxed warning for it. `warning`: harm in part of the pregnancy, or to be given only where nothing safer
 * does. `info`: told so that somebody asks. What the sources recommend in pregnancy in spite of older fears has no row (dolutegravir, efavirenz,
 * artemether-lumefantrine, sulfadoxine-pyrimethamine for intermittent preventive treatment).
 */
import type { PregnancyRow } from '../formulary.ts';

export const PREGNANCY: readonly PregnancyRow[] = [
	{ on: '=warfarin', severity: 'critical', why: 'malformations and bleeding of the fetus; the label excepts mechanical heart valves', source: 'preg-warfarin' },
	{ on: 'ace-inhibitors', severity: 'critical', why: 'injury and death of the fetus in the second and third trimester', source: 'preg-ace' },
	{ on: 'angiotensin-receptor-blockers', severity: 'critical', why: 'injury and death of the fetus in the second and third trimester', source: 'preg-arb' },
	{ on: '=valproic acid', severity: 'critical', why: 'neural tube defects and lower intelligence of the child', source: 'preg-valproate' },
	{ on: '=methotrexate', severity: 'critical', why: 'death and malformations of the embryo', source: 'preg-methotrexate' },
	{ on: '=miltefosine', severity: 'critical', why: 'death and malformations of the embryo', source: 'preg-miltefosine' },
	{ on: '=griseofulvin', severity: 'critical', why: 'contraindicated in pregnancy: conjoined twins were reported', source: 'preg-griseofulvin' },
	{ on: '=primaquine', severity: 'critical', why: 'haemolysis in a fetus whose G6PD status nobody knows', source: 'preg-primaquine' },
	{ on: '=streptomycin', severity: 'critical', why: 'deafness of the child', source: 'preg-streptomycin' },
	{ on: '=misoprostol', severity: 'warning', why: 'abortion, premature birth and rupture of the uterus, unless it is given for just such an obstetric reason', source: 'preg-misoprostol' },
	{ on: '=gentamicin', severity: 'warning', why: 'aminoglycosides cross the placenta and can harm the fetus; weigh against the infection', source: 'preg-gentamicin' },
	{ on: '=amikacin', severity: 'warning', why: 'aminoglycosides cross the placenta and can harm the fetus; weigh against the infection', source: 'preg-gentamicin' },
	{ on: '=tobramycin', severity: 'warning', why: 'aminoglycosides cross the placenta and can harm the fetus; weigh against the infection', source: 'preg-gentamicin' },
	{ on: 'tetracyclines', severity: 'warning', why: 'stained teeth and slower bone growth of the child from the second half of pregnancy', source: 'preg-doxycycline' },
	{ on: 'nsaids', except: ['acetylsalicylic acid', 'metamizole'], severity: 'warning', why: 'from 20 weeks little amniotic fluid and kidney injury of the fetus, from 30 weeks early closure of the ductus', source: 'preg-nsaids' },
	{ on: 'coxibs', severity: 'warning', why: 'from 20 weeks little amniotic fluid and kidney injury of the fetus, from 30 weeks early closure of the ductus', source: 'preg-nsaids' },
	{ on: '=acetylsalicylic acid', severity: 'info', why: 'not in analgesic doses from 20 weeks; low doses against pre-eclampsia are excepted', source: 'preg-nsaids' },
	{ on: 'statins', severity: 'warning', why: 'most people stop statins when pregnancy is known', source: 'preg-statins' },
	{ on: '=carbamazepine', severity: 'warning', why: 'neural tube defects; an antiepileptic is changed by a plan, never stopped at once', source: 'preg-carbamazepine' },
	{ on: '=phenytoin', severity: 'warning', why: 'malformations; an antiepileptic is changed by a plan, never stopped at once', source: 'preg-phenytoin' },
	{ on: '=phenobarbital', severity: 'warning', why: 'malformations, and bleeding of the newborn; an antiepileptic is changed by a plan, never stopped at once', source: 'preg-phenobarbital' },
	{ on: '=lithium', severity: 'warning', why: 'malformations of the heart when taken in the first trimester', source: 'preg-lithium' },
	{ on: '=fluconazole', severity: 'warning', why: 'malformations after high doses in the first trimester, miscarriage after single doses', source: 'preg-fluconazole' },
	{ on: '=atenolol', severity: 'warning', why: 'the fetus grows less', source: 'preg-atenolol' },
	{ on: '=spironolactone', severity: 'warning', why: 'may feminize a male fetus', source: 'preg-spironolactone' },
	{ on: '=benznidazole', severity: 'warning', why: 'malformations in animals; treated after the pregnancy where that can wait', source: 'preg-benznidazole' },
	{ on: 'benzimidazole-anthelmintics', severity: 'warning', why: 'not in the first trimester', source: 'preg-deworming' },
	{ on: '=sulfamethoxazole', severity: 'warning', why: 'folate antagonism in the first trimester, jaundice of the newborn near term; prophylaxis with HIV is excepted by WHO', source: 'preg-cotrimoxazole' },
	{ on: '=trimethoprim', severity: 'warning', why: 'folate antagonism in the first trimester', source: 'preg-cotrimoxazole' },
	{ on: '=nitrofurantoin', severity: 'warning', why: 'haemolysis of the newborn when given from 38 weeks on', source: 'preg-nitrofurantoin' },
	{ on: '=chloramphenicol', severity: 'warning', why: 'grey baby syndrome when given near term', source: 'preg-chloramphenicol' },
	{ on: '=retinol', severity: 'warning', why: 'malformations above 10,000 IU a day or 25,000 IU a week', source: 'preg-retinol' },
	{ on: '=medroxyprogesterone acetate', severity: 'info', why: 'a contraceptive: one of the two entries is probably out of date', source: 'preg-contraceptives' },
	{ on: '=levonorgestrel', severity: 'info', why: 'a contraceptive: one of the two entries is probably out of date', source: 'preg-contraceptives' },
	{ on: '=ethinylestradiol', severity: 'info', why: 'a contraceptive: one of the two entries is probably out of date', source: 'preg-contraceptives' }
];
