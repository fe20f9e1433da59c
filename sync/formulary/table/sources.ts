/**
 * Where the rows of the formulary come from. Keys are cited by rows, classes and cross-reactions; a test fails when a row cites a
 * key that is not here, or a source that no row cites.
 */

const EML = 'World Health Organization. WHO Model List of Essential Medicines, 23rd list. Geneva: WHO; 2023 (WHO/MHP/HPS/EML/2023.02)';
const label = (drug: string): string =>
	`Prescribing information: ${drug}. DailyMed, US National Library of Medicine (label text, public domain)`;

export const SOURCES: ReadonlyMap<string, string> = new Map([
	['eml-1', `${EML}, section 1 Anaesthetics`],
	['eml-2', `${EML}, section 2 Medicines for pain and palliative care`],
	['eml-3', `${EML}, section 3 Antiallergics and medicines used in anaphylaxis`],
	['eml-5', `${EML}, section 5 Anticonvulsants/antiepileptics`],
	['eml-6.1', `${EML}, section 6.1 Anthelminthics`],
	['eml-6.2', `${EML}, section 6.2 Antibacterials`],
	['eml-6.2.4', `${EML}, section 6.2.4 Antileprosy medicines`],
	['eml-6.2.5', `${EML}, section 6.2.5 Antituberculosis medicines`],
	['eml-6.3', `${EML}, section 6.3 Antifungal medicines`],
	['eml-6.4', `${EML}, section 6.4 Antiviral medicines`],
	['eml-6.5', `${EML}, section 6.5 Antiprotozoal medicines`],
	['eml-8', `${EML}, section 8 Immunomodulators and antineoplastics`],
	['eml-10', `${EML}, section 10 Medicines affecting the blood`],
	['eml-12', `${EML}, section 12 Cardiovascular medicines`],
	['eml-13', `${EML}, section 13 Dermatological medicines`],
	['eml-14', `${EML}, section 14 Diagnostic agents (14.2 Radiocontrast media)`],
	['eml-15', `${EML}, section 15 Antiseptics and disinfectants`],
	['eml-16', `${EML}, section 16 Diuretics`],
	['eml-17', `${EML}, section 17 Gastrointestinal medicines`],
	['eml-18', `${EML}, section 18 Medicines for endocrine disorders`],
	['eml-19', `${EML}, section 19 Immunologicals`],
	['eml-22', `${EML}, section 22 Medicines for reproductive health and perinatal care`],
	['eml-24', `${EML}, section 24 Medicines for mental and behavioural disorders`],
	['eml-25', `${EML}, section 25 Medicines acting on the respiratory tract`],
	['label', 'Prescribing information of the named drug. DailyMed, US National Library of Medicine (label text, public domain)'],
	['inn', 'World Health Organization. International Nonproprietary Names for pharmaceutical substances, recommended lists'],
	['fhir-allergy-code', 'HL7 FHIR R4 value set allergyintolerance-code (SNOMED CT substances and allergy findings)'],
	['label-cefalexin', label('cephalexin capsules, 4 Contraindications and 5.1 (cross-hypersensitivity among beta-lactams)')],
	['label-amoxicillin', label('amoxicillin, 4 Contraindications (serious hypersensitivity to amoxicillin or other beta-lactams)')],
	['label-cotrimoxazole', label('sulfamethoxazole and trimethoprim, Contraindications (hypersensitivity to trimethoprim or sulfonamides)')],
	['label-doxycycline', label('doxycycline, Contraindications (hypersensitivity to any of the tetracyclines)')],
	['label-azithromycin', label('azithromycin, 4.1 (hypersensitivity to azithromycin, erythromycin, any macrolide or ketolide)')],
	['label-ciprofloxacin', label('ciprofloxacin, 4.1 (hypersensitivity to ciprofloxacin or any member of the quinolone class)')],
	['label-gentamicin', label('gentamicin injection, Contraindications (cross-sensitivity to other aminoglycosides)')],
	['label-metronidazole', label('metronidazole, Contraindications (hypersensitivity to metronidazole or other nitroimidazole derivatives)')],
	['label-clindamycin', label('clindamycin, Contraindications (hypersensitivity to clindamycin or lincomycin)')],
	['label-fluconazole', label('fluconazole, Contraindications (caution in hypersensitivity to other azoles)')],
	['label-albendazole', label('albendazole, 4 Contraindications (hypersensitivity to the benzimidazole class)')],
	['label-hydroxychloroquine', label('hydroxychloroquine, 4 Contraindications (hypersensitivity to 4-aminoquinoline compounds)')],
	['label-mefloquine', label('mefloquine, Contraindications (hypersensitivity to mefloquine or related compounds, e.g. quinine, quinidine)')],
	['label-rifampicin', label('rifampin, Contraindications (hypersensitivity to rifampin or any of the rifamycins)')],
	['label-enalapril', label('enalapril, Contraindications (angioedema related to previous treatment with an ACE inhibitor)')],
	['label-promethazine', label('promethazine, Contraindications (hypersensitivity to promethazine or other phenothiazines)')],
	['label-lorazepam', label('lorazepam, Contraindications (hypersensitivity to benzodiazepines)')],
	['label-omeprazole', label('omeprazole, 4 Contraindications (hypersensitivity to substituted benzimidazoles)')],
	['label-famotidine', label('famotidine, Contraindications (cross-sensitivity among H2-receptor antagonists)')],
	['label-enoxaparin', label('enoxaparin, 4 Contraindications (hypersensitivity to heparin)')],
	['label-glimepiride', label('glimepiride, 4 Contraindications (hypersensitivity to glimepiride or sulfonamide derivatives)')],
	['label-cetirizine', label('levocetirizine, 4.1 (hypersensitivity to levocetirizine or cetirizine); hydroxyzine, Contraindications')],
	['label-lidocaine', label('lidocaine injection, Contraindications (hypersensitivity to local anesthetics of the amide type)')],
	['label-procaine', label('penicillin G procaine, Warnings (procaine sensitivity); tetracaine (hypersensitivity to ester anesthetics)')],
	['label-yellow-fever', label('YF-VAX, 4.1 (acute hypersensitivity to eggs or egg products)')],
	['label-ibuprofen', label('ibuprofen, Contraindications (asthma, urticaria or allergic-type reactions after aspirin or other NSAIDs)')],
	['label-morphine', label('morphine sulfate, 4 Contraindications; codeine sulfate, 4 Contraindications')],
	[
		'picard-2019',
		'Picard M, Robitaille G, Karam F, et al. Cross-reactivity to cephalosporins and carbapenems in penicillin-allergic patients: ' +
			'two systematic reviews and meta-analyses. J Allergy Clin Immunol Pract 2019;7:2722-2738 ' +
			'(aminocephalosporins 16.5 %, intermediate side-chain similarity 5.6 %, low 2.1 %, carbapenems 0.9 %)'
	],
	[
		'romano-2015',
		'Romano A, Gaeta F, Valluzzi RL, et al. IgE-mediated hypersensitivity to cephalosporins: cross-reactivity and tolerability of ' +
			'alternative cephalosporins. J Allergy Clin Immunol 2015;136:685-691'
	],
	[
		'khan-2022',
		'Khan DA, Banerji A, Blumenthal KG, et al. Drug allergy: a 2022 practice parameter update. J Allergy Clin Immunol 2022;150:1333-1393'
	],
	[
		'strom-2003',
		'Strom BL, Schinnar R, Apter AJ, et al. Absence of cross-reactivity between sulfonamide antibiotics and sulfonamide ' +
			'nonantibiotics. N Engl J Med 2003;349:1628-1635 (reactions to a nonantibiotic: 96 of 969 people with a reaction to a sulfonamide ' +
			'antibiotic, 315 of 19,257 without; to a penicillin more still). Labels of such drugs, e.g. hydrochlorothiazide, list it as a contraindication'
	],
	[
		'holtzer-1998',
		'Holtzer CD, Flaherty JF, Coleman RL. Cross-reactivity in HIV-infected patients switched from trimethoprim-sulfamethoxazole to ' +
			'dapsone. Pharmacotherapy 1998;18:831-835'
	],
	[
		'kowalski-2013',
		'Kowalski ML, Asero R, Bavbek S, et al. Classification and practical approach to the diagnosis and management of hypersensitivity ' +
			'to nonsteroidal anti-inflammatory drugs. Allergy 2013;68:1219-1232'
	],
	[
		'shear-1988',
		'Shear NH, Spielberg SP. Anticonvulsant hypersensitivity syndrome: in vitro assessment of risk. J Clin Invest 1988;82:1826-1832'
	],
	[
		'mehta-2007',
		'Mehta U, Maartens G. Is it safe to switch between efavirenz and nevirapine in the event of toxicity? Lancet Infect Dis 2007;7:733-738'
	],
	[
		'haymore-2008',
		'Haymore BR, Yoon J, Mikita CP, et al. Risk of angioedema with angiotensin receptor blockers in patients with prior angioedema ' +
			'associated with angiotensin-converting enzyme inhibitors: a meta-analysis. Ann Allergy Asthma Immunol 2008;101:495-499'
	],
	['acr-contrast', 'American College of Radiology Committee on Drugs and Contrast Media. ACR Manual on Contrast Media (2023), chapter Patient selection and preparation strategies before contrast medium administration'],
	[
		'who-antivenom',
		'World Health Organization. Guidelines for the production, control and regulation of snake antivenom immunoglobulins. ' +
			'WHO Technical Report Series 1004, Annex 5 (2017)'
	],
	['who-latex', 'World Health Organization. WHO guidelines on hand hygiene in health care (2009), part I.23 (latex allergy)'],
	['preg-warfarin', label('warfarin sodium, 4 Contraindications (pregnancy, except in women with mechanical heart valves)')],
	['preg-ace', label('enalapril maleate, Boxed Warning: fetal toxicity')],
	['preg-arb', label('losartan potassium, Boxed Warning: fetal toxicity')],
	['preg-valproate', label('valproate, Boxed Warning: fetal risk')],
	['preg-methotrexate', label('methotrexate, Boxed Warning (embryo-fetal toxicity) and 4 Contraindications (pregnancy, in non-neoplastic disease)')],
	['preg-miltefosine', label('miltefosine (Impavido), Boxed Warning: embryo-fetal toxicity; 4 Contraindications (pregnancy)')],
	['preg-griseofulvin', label('griseofulvin, Contraindications and Warnings (pregnancy)')],
	['preg-primaquine', 'World Health Organization. Testing for G6PD deficiency for safe use of primaquine in radical cure of P. vivax and P. ovale: policy brief. Geneva: WHO; 2016 (WHO/HTM/GMP/2016.9), contraindications of primaquine: pregnancy'],
	['preg-streptomycin', label('streptomycin for injection, Warnings (fetal harm, congenital deafness)')],
	['preg-misoprostol', label('misoprostol (Cytotec), Boxed Warning (pregnancy)')],
	['preg-gentamicin', label('gentamicin injection, Warnings (aminoglycosides can cause fetal harm)')],
	['preg-doxycycline', label('doxycycline, Warnings and Precautions (tooth development, last half of pregnancy)')],
	['preg-nsaids', 'US Food and Drug Administration. Drug Safety Communication, 15 October 2020: avoid NSAIDs in pregnancy at 20 weeks or later (81 mg aspirin excepted)'],
	['preg-statins', 'US Food and Drug Administration. Drug Safety Communication, 20 July 2021: removal of the strongest warning against statins in pregnancy; most patients should still stop'],
	['preg-carbamazepine', label('carbamazepine, Warnings (usage in pregnancy)')],
	['preg-phenytoin', label('phenytoin, Warnings and Precautions (usage in pregnancy)')],
	['preg-phenobarbital', label('phenobarbital, Warnings (use in pregnancy)')],
	['preg-lithium', label('lithium carbonate, 8.1 Pregnancy')],
	['preg-fluconazole', label('fluconazole, Warnings (use in pregnancy)')],
	['preg-atenolol', label('atenolol, Warnings (pregnancy and fetal injury)')],
	['preg-spironolactone', label('spironolactone, 8.1 Pregnancy')],
	['preg-benznidazole', label('benznidazole, 5 Warnings and Precautions (embryo-fetal toxicity)')],
	['preg-deworming', 'World Health Organization. Guideline: preventive chemotherapy to control soil-transmitted helminth infections in at-risk population groups. Geneva: WHO; 2017 (pregnant women after the first trimester)'],
	['preg-cotrimoxazole', label('sulfamethoxazole and trimethoprim, Warnings and Precautions (pregnancy)')],
	['preg-nitrofurantoin', label('nitrofurantoin, Contraindications (pregnancy at term, 38 to 42 weeks)')],
	['preg-chloramphenicol', label('chloramphenicol for injection, Precautions (pregnancy and labour, grey baby syndrome)')],
	['preg-retinol', 'World Health Organization. Guideline: vitamin A supplementation in pregnant women. Geneva: WHO; 2011'],
	['preg-contraceptives', 'World Health Organization. Medical eligibility criteria for contraceptive use, 5th edition. Geneva: WHO; 2015 (pregnancy: not applicable)']
]);
