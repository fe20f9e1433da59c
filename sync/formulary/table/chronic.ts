/** Heart and vessels, blood, diabetes and other hormones, stomach, lungs, allergy, pregnancy and birth. */
import { row, type Ingredient } from '../formulary.ts';

const HEART: readonly Ingredient[] = [
	row('enalapril', 'eml-12', { rxnorm: '3827', snomed: ['15222008'], classes: ['ace-inhibitors'] }),
	row('captopril', 'label', { rxnorm: '1998', snomed: ['29439004'], classes: ['ace-inhibitors'] }),
	row('lisinopril', 'eml-12', { rxnorm: '29046', classes: ['ace-inhibitors'] }),
	row('ramipril', 'label', { rxnorm: '35296', classes: ['ace-inhibitors'] }),
	row('perindopril', 'label', { rxnorm: '54552', classes: ['ace-inhibitors'] }),
	row('losartan', 'eml-12', { rxnorm: '52175', classes: ['angiotensin-receptor-blockers'] }),
	row('telmisartan', 'eml-12', { rxnorm: '73494', classes: ['angiotensin-receptor-blockers'] }),
	row('valsartan', 'label', { rxnorm: '69749', classes: ['angiotensin-receptor-blockers'] }),
	row('irbesartan', 'label', { rxnorm: '83818', classes: ['angiotensin-receptor-blockers'] }),
	row('amlodipine', 'eml-12', { names: ['amlodipino'], rxnorm: '17767', snomed: ['386864001', '294002003'], classes: ['calcium-channel-blockers'] }),
	row('nifedipine', 'eml-22', { names: ['nifedipino'], rxnorm: '7417', snomed: ['293996002'], classes: ['calcium-channel-blockers'] }),
	row('verapamil', 'eml-12', { names: ['verapamilo'], rxnorm: '11170', classes: ['calcium-channel-blockers'] }),
	row('atenolol', 'label', { rxnorm: '1202', classes: ['beta-blockers'] }),
	row('bisoprolol', 'eml-12', { rxnorm: '19484', classes: ['beta-blockers'] }),
	row('metoprolol', 'label', { names: ['toprol'], rxnorm: '6918', classes: ['beta-blockers'] }),
	row('propranolol', 'label', { rxnorm: '8787', classes: ['beta-blockers'] }),
	row('carvedilol', 'label', { rxnorm: '20352', classes: ['beta-blockers'] }),
	row('labetalol', 'label', { rxnorm: '6185', snomed: ['293977001'], classes: ['beta-blockers'] }),
	row('methyldopa', 'eml-12', { names: ['metildopa', 'aldomet'], rxnorm: '6876', snomed: ['294055009'] }),
	row('hydralazine', 'eml-12', { names: ['hidralazina'], rxnorm: '5470' }),
	row('hydrochlorothiazide', 'eml-12', {
		names: ['hidroclorotiazida', 'hctz'], rxnorm: '5487', classes: ['thiazides', 'sulfonamide-non-antimicrobials']
	}),
	row('indapamide', 'label', { names: ['indapamida'], rxnorm: '5764', classes: ['thiazides', 'sulfonamide-non-antimicrobials'] }),
	row('bendroflumethiazide', 'inn', { names: ['bendrofluazide'], classes: ['thiazides', 'sulfonamide-non-antimicrobials'] }),
	row('furosemide', 'eml-16', { names: ['frusemide', 'furosemida', 'lasix'], rxnorm: '4603', classes: ['sulfonamide-non-antimicrobials'] }),
	row('spironolactone', 'eml-16', { names: ['espironolactona', 'aldactone'], rxnorm: '9997' }),
	row('digoxin', 'eml-12', { names: ['digoxine', 'digoxina'], rxnorm: '3407' }),
	row('glyceryl trinitrate', 'eml-12', { names: ['nitroglycerin', 'nitroglycerine', 'nitroglicerina', 'trinitrine'], rxnorm: '4917' }),
	row('isosorbide dinitrate', 'eml-12', { names: ['dinitrate d isosorbide', 'dinitrato de isosorbida'], rxnorm: '6058' }),
	row('simvastatin', 'eml-12', { names: ['simvastatine', 'simvastatina', 'simvistatin'], rxnorm: '36567', classes: ['statins'] }),
	row('atorvastatin', 'label', { names: ['atorvastatine', 'atorvastatina'], rxnorm: '83367', classes: ['statins'] }),
	row('rosuvastatin', 'label', { names: ['rosuvastatine', 'rosuvastatina'], rxnorm: '301542', classes: ['statins'] }),
	row('clopidogrel', 'eml-12', { rxnorm: '32968' }),
	row('warfarin', 'eml-10', { names: ['warfarine', 'warfarina', 'coumadin'], rxnorm: '11289', snomed: ['372756006'] }),
	row('heparin', 'eml-10', { names: ['heparin sodium', 'heparine', 'heparina'], rxnorm: '5224', classes: ['heparins'] }),
	row('enoxaparin', 'eml-10', { names: ['enoxaparine', 'enoxaparina'], rxnorm: '67108', classes: ['heparins'] }),
	row('tranexamic acid', 'eml-10', { names: ['acide tranexamique', 'acido tranexamico'], rxnorm: '10691' })
];

const HORMONES: readonly Ingredient[] = [
	row('metformin', 'eml-18', { names: ['metformine', 'metformina', 'glucophage'], rxnorm: '6809', snomed: ['372567009'] }),
	row('glibenclamide', 'label', {
		names: ['glyburide', 'glibenclamida', 'daonil'], rxnorm: '4815', classes: ['sulfonylureas', 'sulfonamide-non-antimicrobials']
	}),
	row('gliclazide', 'eml-18', { names: ['gliclazida'], classes: ['sulfonylureas', 'sulfonamide-non-antimicrobials'] }),
	row('glimepiride', 'label', { names: ['glimepirida'], rxnorm: '25789', classes: ['sulfonylureas', 'sulfonamide-non-antimicrobials'] }),
	row('glipizide', 'label', { names: ['glipizida'], rxnorm: '4821', classes: ['sulfonylureas', 'sulfonamide-non-antimicrobials'] }),
	row('insulin human', 'eml-18', {
		names: ['insulin', 'insuline', 'insulina', 'human insulin', 'insulin regular', 'regular insulin', 'insulin nph', 'nph insulin', 'isophane insulin'],
		classes: ['insulins']
	}),
	row('insulin glargine', 'eml-18', { names: ['insuline glargine', 'insulina glargina', 'lantus'], rxnorm: '274783', classes: ['insulins'] }),
	row('levothyroxine', 'eml-18', { names: ['thyroxine', 'levotiroxina'], rxnorm: '10582' }),
	row('prednisolone', 'eml-3', { names: ['prednisolona'], rxnorm: '8638', classes: ['corticosteroids'] }),
	row('prednisone', 'label', { names: ['prednisona', 'deltasone'], rxnorm: '8640', classes: ['corticosteroids'] }),
	row('hydrocortisone', 'eml-3', { names: ['hidrocortisona'], rxnorm: '5492', classes: ['corticosteroids'] }),
	row('dexamethasone', 'eml-3', { names: ['dexametasona'], rxnorm: '3264', classes: ['corticosteroids'] }),
	row('levonorgestrel', 'eml-22', { names: ['mirena', 'liletta'], rxnorm: '6373' }),
	row('ethinylestradiol', 'eml-22', { names: ['ethinyl estradiol', 'etinilestradiol'], rxnorm: '4124' }),
	row('norethisterone', 'eml-22', { names: ['norethindrone', 'noretisterona'], rxnorm: '7514' }),
	row('medroxyprogesterone acetate', 'eml-22', {
		names: ['medroxyprogesterone', 'acetate de medroxyprogesterone', 'medroxiprogesterona', 'depo provera', 'dmpa'], rxnorm: '6691'
	}),
	row('oxytocin', 'eml-22', { names: ['oxytocine', 'oxitocina'], rxnorm: '7824' }),
	row('misoprostol', 'eml-22', { rxnorm: '42331', snomed: ['293648004'] }),
	row('magnesium sulfate', 'eml-5', { names: ['magnesium sulphate', 'sulfate de magnesium', 'sulfato de magnesio'], rxnorm: '6585', snomed: ['293682005'] })
];

const STOMACH_LUNGS_ALLERGY: readonly Ingredient[] = [
	row('omeprazole', 'eml-17', { names: ['omeprazol'], rxnorm: '7646', snomed: ['293655002'], classes: ['proton-pump-inhibitors'] }),
	row('pantoprazole', 'label', { names: ['pantoprazol'], rxnorm: '40790', classes: ['proton-pump-inhibitors'] }),
	row('ranitidine', 'label', { names: ['ranitidina'], rxnorm: '9143', snomed: ['293653009'], classes: ['h2-antagonists'] }),
	row('cimetidine', 'label', { names: ['cimetidina'], rxnorm: '2541', snomed: ['293650007'], classes: ['h2-antagonists'] }),
	row('metoclopramide', 'eml-17', { names: ['metoclopramida'], rxnorm: '6915', snomed: ['293675006'] }),
	row('ondansetron', 'eml-17', { rxnorm: '26225' }),
	row('loperamide', 'eml-17', { names: ['loperamida'], rxnorm: '6468', snomed: ['293668005'] }),
	row('salbutamol', 'eml-25', { names: ['albuterol', 'ventolin', 'ventoline'], rxnorm: '435', snomed: ['294037000'] }),
	row('beclometasone', 'label', { names: ['beclomethasone', 'beclometasona'], rxnorm: '1347', classes: ['corticosteroids'] }),
	row('budesonide', 'eml-25', { names: ['budesonida'], rxnorm: '19831', classes: ['corticosteroids'] }),
	row('fluticasone', 'label', { names: ['fluticasona'], rxnorm: '41126', classes: ['corticosteroids'] }),
	row('salmeterol', 'label', { rxnorm: '36117' }),
	row('theophylline', 'label', { names: ['teofilina'], rxnorm: '10438', snomed: ['294160005'] }),
	row('epinephrine', 'eml-3', { names: ['adrenaline', 'adrenalin', 'adrenalina', 'epinefrina'], rxnorm: '3992' }),
	row('chlorphenamine', 'label', {
		names: ['chlorpheniramine', 'clorfenamina', 'clorfeniramina'], rxnorm: '2400', snomed: ['9944001', '294129005'], classes: ['antihistamines']
	}),
	row('cetirizine', 'label', {
		names: ['cetirizina'], rxnorm: '20610', snomed: ['294116005'], classes: ['antihistamines', 'piperazine-antihistamines']
	}),
	row('hydroxyzine', 'label', { names: ['hidroxicina'], rxnorm: '5553', classes: ['antihistamines', 'piperazine-antihistamines'] }),
	row('loratadine', 'eml-3', { names: ['loratadina'], rxnorm: '28889', classes: ['antihistamines'] }),
	row('diphenhydramine', 'label', { names: ['difenhidramina'], rxnorm: '3498', classes: ['antihistamines'] }),
	row('promethazine', 'label', { names: ['prometazina', 'phenergan'], rxnorm: '8745', snomed: ['294126003'], classes: ['antihistamines', 'phenothiazines'] }),
	row('ferrous sulfate', 'eml-10', { names: ['ferrous sulphate', 'sulfate ferreux', 'sulfato ferroso', 'iron'], rxnorm: '24947' }),
	row('folic acid', 'eml-10', { names: ['acide folique', 'acido folico'], rxnorm: '4511' }),
	row('zinc sulfate', 'eml-17', { names: ['zinc', 'zinc sulphate', 'sulfate de zinc', 'sulfato de zinc'], rxnorm: '39954' }),
	row('retinol', 'inn', { names: ['vitamin a', 'vitamine a', 'vitamina a'], rxnorm: '11246' }),
	row('hydroxocobalamin', 'eml-10', { names: ['vitamin b 12', 'vitamin b12', 'vitamine b12', 'vitamina b12', 'cyanocobalamin'] }),
	row('methotrexate', 'eml-8', { names: ['metotrexato'], rxnorm: '6851', snomed: ['293771005'] })
];

export const CHRONIC: readonly Ingredient[] = [...HEART, ...HORMONES, ...STOMACH_LUNGS_ALLERGY];
